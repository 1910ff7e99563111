output "stack_id" {
  description = "ARN of the stack."
  value       = aws_cloudformation_stack.this.id
}

output "bus_name" {
  description = "The event bus: config.bus.name of the chart."
  value       = aws_cloudformation_stack.this.outputs["BusName"]
}

output "bus_arn" {
  description = "The event bus."
  value       = aws_cloudformation_stack.this.outputs["BusArn"]
}

output "archive_arn" {
  description = "The archive of desired state."
  value       = aws_cloudformation_stack.this.outputs["ArchiveArn"]
}

output "parking_queue_url" {
  description = "Dead letters that wait for redrive."
  value       = aws_cloudformation_stack.this.outputs["ParkingQueueUrl"]
}

output "undelivered_queue_url" {
  description = "What rules could not deliver."
  value       = aws_cloudformation_stack.this.outputs["UndeliveredQueueUrl"]
}

output "operator_policy_arn" {
  description = "Policy to attach to who replays and redrives."
  value       = aws_cloudformation_stack.this.outputs["OperatorPolicyArn"]
}

output "forwarders" {
  description = "For each cluster, as the stack spells it (prod-eu is ProdDasheu): role_arn and outcomes_queue_url."
  value = {
    for name, arn in aws_cloudformation_stack.this.outputs : trimprefix(name, "ForwarderRoleArn") => {
      role_arn           = arn
      outcomes_queue_url = aws_cloudformation_stack.this.outputs["OutcomesQueueUrl${trimprefix(name, "ForwarderRoleArn")}"]
    } if startswith(name, "ForwarderRoleArn")
  }
}
