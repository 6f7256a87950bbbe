// Reads secrets with AWS's SDK for Go, whose default chain finds the pod's credentials itself.
//
// For each secret it prints a line of JSON: the value, or the error's code and message. With a
// number of seconds as its first argument it waits so long and does the same once more.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/smithy-go"
)

type line struct {
	Key     string `json:"key"`
	Value   string `json:"value,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

func main() {
	ctx := context.Background()
	seconds, err := strconv.ParseFloat(os.Args[1], 64)
	check(err)
	cfg, err := config.LoadDefaultConfig(ctx)
	check(err)
	client := secretsmanager.NewFromConfig(cfg)
	read(ctx, cfg, client, os.Args[2:])
	if seconds > 0 {
		time.Sleep(time.Duration(seconds * float64(time.Second)))
		read(ctx, cfg, client, os.Args[2:])
	}
}

func read(ctx context.Context, cfg aws.Config, client *secretsmanager.Client, names []string) {
	for _, name := range names {
		shown := line{}
		answer, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &name})
		var refused smithy.APIError
		if errors.As(err, &refused) {
			shown.Code, shown.Message = refused.ErrorCode(), refused.ErrorMessage()
		} else {
			check(err)
			shown.Value = *answer.SecretString
		}
		credentials, err := cfg.Credentials.Retrieve(ctx)
		check(err)
		shown.Key = credentials.AccessKeyID
		text, err := json.Marshal(shown)
		check(err)
		fmt.Println(string(text))
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
