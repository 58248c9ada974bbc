# Names and addresses of the node, for both sides. The machine and the node share a cable; pods and Services are routed over it.
# Sourced, not run.

node_name=rocketmq-debian
cable=rocketmq0
machine_address=10.211.0.254
node_address=10.211.0.1
cable_network=10.211.0.0/24
pod_network=10.212.0.0/16
service_network=10.213.0.0/16
# The first address of the Services is the API server's.
api_service=10.213.0.1
