# npm run package -- --stage prod --region eu-central-1
# tofu init && tofu apply
terraform {
  required_version = ">= 1.6"
}

provider "aws" {
  region = "eu-central-1"
}

variable "bucket" {
  description = "Bucket in eu-central-1 for the template and the zips."
  type        = string
}

module "nspass" {
  source = "../.."

  name        = "nspass-prod"
  package_dir = "${path.module}/../../../../.serverless/standalone"
  bucket      = var.bucket

  tags = {
    team = "platform"
  }
}

output "bus_name" {
  value = module.nspass.bus_name
}

output "forwarders" {
  value = module.nspass.forwarders
}
