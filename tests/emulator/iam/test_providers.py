"""OIDC providers over HTTP, as boto3 sees them."""

from harness.aws_account import AwsAccount, Refusal, refusal

_URL = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC"


def test_provider_lives_through_all_its_changes(aws: AwsAccount) -> None:
    """Audiences, thumbprints and tags come and go; the URL is shown without its scheme."""
    arn = aws.iam.create_open_id_connect_provider(
        Url=_URL, ClientIDList=["sts.amazonaws.com"], Tags=[{"Key": "a", "Value": "b"}]
    )["OpenIDConnectProviderArn"]
    name = {"OpenIDConnectProviderArn": arn}
    aws.iam.add_client_id_to_open_id_connect_provider(**name, ClientID="other")
    aws.iam.remove_client_id_from_open_id_connect_provider(**name, ClientID="sts.amazonaws.com")
    aws.iam.update_open_id_connect_provider_thumbprint(**name, ThumbprintList=["f" * 40])
    aws.iam.tag_open_id_connect_provider(**name, Tags=[{"Key": "c", "Value": "d"}])
    aws.iam.untag_open_id_connect_provider(**name, TagKeys=["a"])

    found = aws.iam.get_open_id_connect_provider(**name)
    tags = aws.iam.list_open_id_connect_provider_tags(**name)["Tags"]
    listed = aws.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    aws.iam.delete_open_id_connect_provider(**name)

    assert arn == f"arn:aws:iam::{aws.id}:oidc-provider/{_URL.removeprefix('https://')}"
    assert found["Url"] == _URL.removeprefix("https://")
    assert (found["ClientIDList"], found["ThumbprintList"]) == (["other"], ["f" * 40])
    assert found["Tags"] == tags == [{"Key": "c", "Value": "d"}]
    assert listed == [{"Arn": arn}]
    assert refusal(aws.iam.get_open_id_connect_provider, **name).code == "NoSuchEntity"


def test_provider_of_an_issuer_is_made_once(aws: AwsAccount) -> None:
    """A second provider of the same URL is refused, and so is a URL that is none."""
    aws.iam.create_open_id_connect_provider(Url=_URL)

    again = refusal(aws.iam.create_open_id_connect_provider, Url=_URL)
    plain = refusal(aws.iam.create_open_id_connect_provider, Url="http://oidc.example.com")

    message = f"Provider with url {_URL} already exists."
    assert again == Refusal("EntityAlreadyExists", message, 409)
    assert plain.code == "ValidationError"
