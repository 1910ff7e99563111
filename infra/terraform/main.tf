locals {
  template = "${var.package_dir}/template.json"
  # A template of this size must lie in a bucket. Its key changes with its content, and so does the stack.
  template_key = "nspass/template-${substr(filesha256(local.template), 0, 16)}.json"
}

data "aws_s3_bucket" "code" {
  bucket = var.bucket
}

# The keys are those in the template: each has the hash of its zip.
resource "aws_s3_object" "zip" {
  for_each = fileset(var.package_dir, "nspass/*.zip")

  bucket = var.bucket
  key    = each.value
  source = "${var.package_dir}/${each.value}"
  tags   = var.tags

  # Former zips go last: an update that fails is rolled back to them.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_object" "template" {
  bucket       = var.bucket
  key          = local.template_key
  source       = local.template
  content_type = "application/json"
  tags         = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudformation_stack" "this" {
  name         = var.name
  template_url = "https://${data.aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.template.key}"
  # The template names no roles.
  capabilities       = ["CAPABILITY_IAM"]
  iam_role_arn       = var.iam_role_arn
  timeout_in_minutes = var.timeout_in_minutes
  tags               = var.tags

  parameters = {
    CodeBucket = var.bucket
  }

  depends_on = [aws_s3_object.zip]
}
