# Who may talk to whom, group by group: internet → alb → app → rds, redis. The names say it; no address is spelled
# inside the VPC, so a task is let in because of what it is, wherever it runs.

resource "aws_security_group" "alb" {
  name        = "${local.prefix}-alb"
  description = "The load balancer"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.prefix}-alb" }
}

resource "aws_security_group" "app" {
  name        = "${local.prefix}-app"
  description = "The tasks"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.prefix}-app" }
}

resource "aws_security_group" "rds" {
  name        = "${local.prefix}-rds"
  description = "The database"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.prefix}-rds" }
}

resource "aws_security_group" "redis" {
  name        = "${local.prefix}-redis"
  description = "The cache"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.prefix}-redis" }
}

resource "aws_security_group" "endpoints" {
  count = var.interface_endpoints_enabled ? 1 : 0

  name        = "${local.prefix}-endpoints"
  description = "The interface endpoints"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.prefix}-endpoints" }
}

locals {
  listener_ports = var.certificate_arn == null ? [80] : [80, 443]

  # Every pair that may talk: the calling group, the called one, the port.
  conversations = merge({
    alb_to_app   = { from = aws_security_group.alb.id, to = aws_security_group.app.id, port = local.container_port, what = "Requests and health checks" }
    app_to_rds   = { from = aws_security_group.app.id, to = aws_security_group.rds.id, port = 5432, what = "PostgreSQL" }
    app_to_redis = { from = aws_security_group.app.id, to = aws_security_group.redis.id, port = 6379, what = "Redis" }
    }, var.interface_endpoints_enabled ? {
    app_to_endpoints = { from = aws_security_group.app.id, to = aws_security_group.endpoints[0].id, port = 443, what = "AWS services inside the VPC" }
  } : {})
}

resource "aws_vpc_security_group_ingress_rule" "internet_to_alb" {
  for_each = { for pair in setproduct(local.listener_ports, var.alb_allowed_cidrs) : "${pair[0]} from ${pair[1]}" => { port = pair[0], cidr = pair[1] } }

  security_group_id = aws_security_group.alb.id
  description       = "Visitors"
  cidr_ipv4         = each.value.cidr
  from_port         = each.value.port
  to_port           = each.value.port
  ip_protocol       = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "conversation" {
  for_each = local.conversations

  security_group_id            = each.value.from
  description                  = each.value.what
  referenced_security_group_id = each.value.to
  from_port                    = each.value.port
  to_port                      = each.value.port
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_ingress_rule" "conversation" {
  for_each = local.conversations

  security_group_id            = each.value.to
  description                  = each.value.what
  referenced_security_group_id = each.value.from
  from_port                    = each.value.port
  to_port                      = each.value.port
  ip_protocol                  = "tcp"
}

# OpenAI, and AWS's services where no endpoint stands for them.
resource "aws_vpc_security_group_egress_rule" "app_to_internet" {
  count = local.tasks_reach_the_internet ? 1 : 0

  security_group_id = aws_security_group.app.id
  description       = "HTTPS to OpenAI and AWS"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

locals {
  # Another address than OpenAI's: the port that it names, or its scheme's own.
  model_port = var.openai_base_url == null ? 443 : tonumber(try(
    regex("^https?://[^/?#]*:([0-9]+)(?:[/?#]|$)", var.openai_base_url)[0],
    startswith(var.openai_base_url, "https:") ? 443 : 80,
  ))
}

# A model at another port than HTTPS's, or inside the VPC where nothing else lets the tasks out.
resource "aws_vpc_security_group_egress_rule" "app_to_model" {
  count = var.openai_base_url != null && !(local.tasks_reach_the_internet && local.model_port == 443) ? 1 : 0

  security_group_id = aws_security_group.app.id
  description       = "The model"
  cidr_ipv4         = local.tasks_reach_the_internet ? "0.0.0.0/0" : var.vpc_cidr
  from_port         = local.model_port
  to_port           = local.model_port
  ip_protocol       = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "app_to_s3" {
  count = local.tasks_reach_the_internet ? 0 : 1

  security_group_id = aws_security_group.app.id
  description       = "Image layers"
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}
