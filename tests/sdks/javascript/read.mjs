// Reads secrets with AWS's SDK for JavaScript, whose default chain finds the pod's credentials.
//
// For each secret it prints a line of JSON: the value, or the error's code and message. With a
// number of seconds as its first argument it waits so long and does the same once more.
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const [seconds, ...names] = process.argv.slice(2);
const client = new SecretsManagerClient({});

async function read() {
  for (const name of names) {
    const line = {};
    try {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: name }));
      line.value = answer.SecretString;
    } catch (error) {
      [line.code, line.message] = [error.name, error.message];
    }
    line.key = (await client.config.credentials()).accessKeyId;
    console.log(JSON.stringify(line));
  }
}

await read();
if (Number(seconds) > 0) {
  await new Promise((done) => setTimeout(done, Number(seconds) * 1000));
  await read();
}
