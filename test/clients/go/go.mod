module example.com/netscaler

go 1.21
