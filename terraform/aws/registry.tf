# Images. A tag once pushed stays what it was, so that a revision can be traced and gone back to.

resource "aws_ecr_repository" "app" {
  name                 = local.prefix
  image_tag_mutability = "IMMUTABLE"
  force_delete         = local.registry_force_delete

  image_scanning_configuration {
    scan_on_push = true
  }

  # Without a key this is AWS's own for ECR, which costs nothing.
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.kms_key_arn
  }
}

# deploy tags what it has deployed successfully "deployed-...". An image that an earlier rule speaks of is out of the reach
# of the later ones: those images go only when there are very many of them, and the rest never takes them along.
resource "aws_ecr_lifecycle_policy" "app" {
  repository = aws_ecr_repository.app.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Keep what was deployed, to go back to"
        selection = {
          tagStatus     = "tagged"
          tagPrefixList = ["deployed-"]
          countType     = "imageCountMoreThan"
          countNumber   = var.ecr_deployed_images
        }
        action = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "Keep what was built"
        selection = {
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = 500
        }
        action = { type = "expire" }
      },
      {
        rulePriority = 3
        description  = "Drop what no tag names"
        selection = {
          tagStatus   = "untagged"
          countType   = "sinceImagePushed"
          countUnit   = "days"
          countNumber = var.ecr_untagged_days
        }
        action = { type = "expire" }
      },
    ]
  })
}
