# Ways to AWS's own services that do not leave the VPC.

# Image layers lie in S3: this endpoint is free, and spares NAT their traffic.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.${var.aws_region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = concat([aws_route_table.public.id], aws_route_table.private[*].id)

  tags = { Name = "${local.prefix}-s3" }
}

# What a task needs in order to start, to log, and to be entered.
locals {
  interface_endpoints = var.interface_endpoints_enabled ? toset(concat(
    ["ecr.api", "ecr.dkr", "logs", "secretsmanager"],
    var.execute_command_enabled ? ["ssmmessages"] : [],
  )) : toset([])
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_endpoints

  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${var.aws_region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = aws_security_group.endpoints[*].id

  tags = { Name = "${local.prefix}-${each.key}" }
}

check "tasks_reach_openai" {
  assert {
    condition     = local.tasks_reach_the_internet || var.openai_base_url != null
    error_message = "Tasks have no way to the internet (nat_gateway_mode = \"none\", no public addresses): endpoints carry AWS's own services, so OpenAI cannot be reached and the chatbot answers with extracts of its documents. Set nat_gateway_mode to \"single\", or task_public_ip to true, or openai_base_url to a model inside the VPC."
  }
}
