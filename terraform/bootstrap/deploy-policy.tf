# What a deploy may do: the runbooks' and Terraform's calls, on this project's things. One file of policies/ per concern, as
# a managed policy ends at 6144 characters. The same documents fit a person's user or role in place of AdministratorAccess.

locals {
  deploy_policies = {
    for file in fileset("${path.module}/policies", "*.json") : trimsuffix(file, ".json") => jsonencode(jsondecode(
      templatefile("${path.module}/policies/${file}", {
        project      = var.project_name
        region       = var.aws_region
        account      = local.account_id
        state_bucket = local.state_bucket
      })
    ))
  }

  # With a boundary, roles may be made and given policies only under it.
  boundary_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid      = "RolesUnderTheBoundaryAlone"
      Effect   = "Deny"
      Action   = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"]
      Resource = "arn:aws:iam::${local.account_id}:role/${var.project_name}-*"
      Condition = {
        StringNotEquals = { "iam:PermissionsBoundary" = var.permissions_boundary_arn }
      }
      }, {
      Sid      = "TheBoundaryStays"
      Effect   = "Deny"
      Action   = "iam:DeleteRolePermissionsBoundary"
      Resource = "*"
    }]
  }
}

resource "aws_iam_policy" "deploy" {
  for_each = local.deploy_policies

  name        = "${var.project_name}-deploy-${each.key}"
  description = "Deploying ${var.project_name}: ${each.key}"
  policy      = each.value
}

resource "aws_iam_role_policy_attachment" "deploy" {
  for_each = local.role_wanted ? local.deploy_policies : {}

  role       = aws_iam_role.deploy[0].name
  policy_arn = aws_iam_policy.deploy[each.key].arn
}

resource "aws_iam_role_policy" "boundary" {
  count = local.role_wanted && var.permissions_boundary_arn != null ? 1 : 0

  name   = "boundary"
  role   = aws_iam_role.deploy[0].id
  policy = jsonencode(local.boundary_policy)
}
