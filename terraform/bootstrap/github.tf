# How GitHub's workflows come in: with a token of GitHub's that says repository and environment, and no stored key.

locals {
  github_host    = "token.actions.githubusercontent.com"
  role_wanted    = var.github_repository != null
  oidc_arn       = var.github_oidc_provider_arn != null ? var.github_oidc_provider_arn : one(aws_iam_openid_connect_provider.github[*].arn)
  repositories   = compact([var.github_repository, var.github_repository_ids])
  token_subjects = [for pair in setproduct(local.repositories, var.github_environments) : "repo:${pair[0]}:environment:${pair[1]}"]
}

resource "aws_iam_openid_connect_provider" "github" {
  count = local.role_wanted && var.github_oidc_provider_arn == null ? 1 : 0

  url            = "https://${local.github_host}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "deploy_assume" {
  count = local.role_wanted ? 1 : 0

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.oidc_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.github_host}:aud"
      values   = ["sts.amazonaws.com"]
    }

    # Whole values, no wildcard: "repo:ORG/*" would let in every repository, and every pull request.
    condition {
      test     = "StringEquals"
      variable = "${local.github_host}:sub"
      values   = local.token_subjects
    }
  }
}

resource "aws_iam_role" "deploy" {
  count = local.role_wanted ? 1 : 0

  name                 = "${var.project_name}-deploy"
  description          = "Workflows of ${var.github_repository} deploy with it"
  assume_role_policy   = data.aws_iam_policy_document.deploy_assume[0].json
  permissions_boundary = var.permissions_boundary_arn
  max_session_duration = 7200
}
