module hoplab

go 1.19
