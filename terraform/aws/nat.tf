# The private subnets' way out: the environment's greatest single cost when there is one in every zone.
locals {
  nat_gateway_count = { none = 0, single = 1, per_az = var.availability_zone_count }[var.nat_gateway_mode]
}

resource "aws_eip" "nat" {
  count = local.nat_gateway_count

  domain = "vpc"

  tags = { Name = "${local.prefix}-nat-${local.zones[count.index]}" }

  depends_on = [aws_internet_gateway.main]
}

resource "aws_nat_gateway" "main" {
  count = local.nat_gateway_count

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id

  tags = { Name = "${local.prefix}-nat-${local.zones[count.index]}" }
}

resource "aws_route" "nat" {
  count = local.nat_gateway_count == 0 ? 0 : var.availability_zone_count

  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main[min(count.index, local.nat_gateway_count - 1)].id
}
