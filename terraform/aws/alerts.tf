# Where alarms and the budget are heard.

# AWS's own SNS key would keep CloudWatch from publishing, silently: encrypted with your key, or not at all.
resource "aws_sns_topic" "alerts" {
  name              = "${local.prefix}-alerts"
  kms_master_key_id = var.kms_key_arn
}

data "aws_iam_policy_document" "alerts" {
  statement {
    sid       = "AlarmsAndBudgetSpeak"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "Service"
      identifiers = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "alerts" {
  arn    = aws_sns_topic.alerts.arn
  policy = data.aws_iam_policy_document.alerts.json
}

resource "aws_sns_topic_subscription" "email" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# PagerDuty takes CloudWatch's messages as they are, and confirms by itself.
resource "aws_sns_topic_subscription" "pagerduty" {
  count = nonsensitive(var.pagerduty_integration_url == null) ? 0 : 1

  topic_arn              = aws_sns_topic.alerts.arn
  protocol               = "https"
  endpoint               = var.pagerduty_integration_url
  endpoint_auto_confirms = true
}

# Slack gets them from AWS's own app, which has to be let into the workspace once, by hand (Amazon Q Developer in chat
# applications, formerly AWS Chatbot). It subscribes to the topic itself, and holds no secret of Slack's.
locals {
  slack_wanted = var.slack_channel_id != null
}

data "aws_iam_policy_document" "slack_assume" {
  count = local.slack_wanted ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["chatbot.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

# For the chart beside an alarm's message, and nothing else.
data "aws_iam_policy_document" "slack" {
  count = local.slack_wanted ? 1 : 0

  statement {
    actions   = ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:GetMetricWidgetImage"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "slack" {
  count = local.slack_wanted ? 1 : 0

  name                 = "${local.prefix}-slack"
  description          = "Alarms of ${local.prefix} are told in Slack with it"
  assume_role_policy   = data.aws_iam_policy_document.slack_assume[0].json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "slack" {
  count = local.slack_wanted ? 1 : 0

  name   = "charts"
  role   = aws_iam_role.slack[0].id
  policy = data.aws_iam_policy_document.slack[0].json
}

resource "aws_chatbot_slack_channel_configuration" "alerts" {
  count = local.slack_wanted ? 1 : 0

  configuration_name = "${local.prefix}-alerts"
  iam_role_arn       = aws_iam_role.slack[0].arn
  slack_team_id      = var.slack_workspace_id
  slack_channel_id   = var.slack_channel_id
  sns_topic_arns     = [aws_sns_topic.alerts.arn]
  logging_level      = "ERROR"

  # Without it, whoever is in the channel may do there what the role may, up to AdministratorAccess.
  guardrail_policy_arns = ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]
}
