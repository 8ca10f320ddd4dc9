# The bootstrap, planned offline: the provider knows no account.

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_resource {
  target          = aws_iam_openid_connect_provider.github
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
}

override_resource {
  target          = aws_iam_role.deploy
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/tria-aibpo-deploy" }
}

run "state_is_private_encrypted_and_kept" {
  command = plan

  assert {
    condition     = output.state_bucket == "tria-aibpo-123456789012-us-east-1-state" && output.region == "us-east-1" && output.account_id == "123456789012"
    error_message = "The state bucket is not called as runbooks/aws/stack.ts says."
  }

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled" && !aws_s3_bucket.state.force_destroy
    error_message = "An overwritten or deleted state is lost."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.state.block_public_acls && aws_s3_bucket_public_access_block.state.block_public_policy && aws_s3_bucket_public_access_block.state.ignore_public_acls && aws_s3_bucket_public_access_block.state.restrict_public_buckets
    error_message = "The state could be made public."
  }

  assert {
    condition     = length(aws_s3_bucket_server_side_encryption_configuration.state.rule) == 1 && data.aws_iam_policy_document.state.statement[0].effect == "Deny" && one(data.aws_iam_policy_document.state.statement[0].condition).variable == "aws:SecureTransport"
    error_message = "The state is not encrypted, or can be read without TLS."
  }

  assert {
    condition     = length(aws_iam_role.deploy) == 0 && length(aws_iam_openid_connect_provider.github) == 0 && output.deploy_role_arn == null && length(aws_iam_policy.deploy) > 0
    error_message = "Without a repository there is a role, or no policy to use instead of AdministratorAccess."
  }
}

run "github_may_assume_the_role_for_these_environments" {
  command = plan

  variables {
    github_repository     = "your-org/tria-aibpo"
    github_repository_ids = "your-org@12/tria-aibpo@34"
    github_environments   = ["staging", "production"]
  }

  assert {
    condition = { for condition in data.aws_iam_policy_document.deploy_assume[0].statement[0].condition : condition.variable => concat([condition.test], condition.values) } == {
      "token.actions.githubusercontent.com:aud" = ["StringEquals", "sts.amazonaws.com"]
      "token.actions.githubusercontent.com:sub" = [
        "StringEquals",
        "repo:your-org/tria-aibpo:environment:staging",
        "repo:your-org/tria-aibpo:environment:production",
        "repo:your-org@12/tria-aibpo@34:environment:staging",
        "repo:your-org@12/tria-aibpo@34:environment:production",
      ]
    }
    error_message = "The role's trust is not exactly these audiences and subjects."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.deploy_assume[0].statement[0].principals).identifiers == toset(["arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"]) && aws_iam_openid_connect_provider.github[0].client_id_list == toset(["sts.amazonaws.com"])
    error_message = "The role trusts another provider than GitHub's."
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.deploy) == keys(aws_iam_policy.deploy) && output.deploy_role_arn == "arn:aws:iam::123456789012:role/tria-aibpo-deploy" && length(aws_iam_role_policy.boundary) == 0
    error_message = "The role does not have the deploy policies."
  }
}

run "a_provider_that_exists_is_used" {
  command = plan

  variables {
    github_repository        = "your-org/tria-aibpo"
    github_oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/Boundary"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0 && aws_iam_role.deploy[0].permissions_boundary == "arn:aws:iam::123456789012:policy/Boundary"
    error_message = "A second provider is made, or the role stands outside its boundary."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.boundary[0].policy).Statement[0].Condition.StringNotEquals["iam:PermissionsBoundary"] == "arn:aws:iam::123456789012:policy/Boundary"
    error_message = "The role may make roles outside its boundary."
  }
}

run "the_deploy_policy_is_narrow" {
  command = plan

  assert {
    condition     = alltrue([for policy in aws_iam_policy.deploy : length(policy.policy) <= 6144]) && length(aws_iam_policy.deploy) <= 10
    error_message = "A managed policy is longer than 6144 characters, or there are more than ten."
  }

  assert {
    condition = alltrue(flatten([for policy in aws_iam_policy.deploy : [
      for statement in jsondecode(policy.policy).Statement : [
        for action in flatten([try(statement.Action, [])]) : can(regex("^[a-z0-9-]+:[A-Z][A-Za-z]+$", action)) || can(regex("^[a-z0-9-]+:(Describe|Get|List)\\*$", action))
      ]
    ]]))
    error_message = "An action that changes something is allowed by a wildcard."
  }

  assert {
    condition = alltrue(flatten([for policy in aws_iam_policy.deploy : [
      for statement in jsondecode(policy.policy).Statement : [
        for action in flatten([try(statement.Action, [])]) : can(regex(":(Describe|Get|List|View|Stop)", action)) || contains(["chatbot:CreateSlackChannelConfiguration", "ecs:DeregisterTaskDefinition", "sns:Unsubscribe"], action)
      ] if flatten([statement.Resource]) == ["*"] && statement.Effect == "Allow"
    ]]))
    error_message = "An action that changes something is allowed on everything."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.deploy : !strcontains(policy.policy, "$${")])
    error_message = "A template's place was not filled in."
  }
}

run "wrong_values_are_refused" {
  command = plan

  variables {
    aws_region               = "everywhere"
    project_name             = "Tria"
    aws_max_retries          = 0.5
    github_repository        = "your-org/*"
    github_environments      = ["*"]
    github_oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/gitlab.com"
    permissions_boundary_arn = "Boundary"
  }

  expect_failures = [
    var.aws_region, var.project_name, var.aws_max_retries, var.github_repository,
    var.github_environments, var.github_oidc_provider_arn, var.permissions_boundary_arn,
  ]
}

run "ids_of_another_repository_are_refused" {
  command = plan

  variables {
    github_repository     = "your-org/tria-aibpo"
    github_repository_ids = "another@12/tria-aibpo@34"
  }

  expect_failures = [var.github_repository_ids]
}
