"""A client by httpx that knows a URL and its certificate."""
import sys

import httpx

name = sys.argv[1]
print(httpx.get("https://api.example.com/widgets", cert=(f"{name}.pem", f"{name}.key")).text)
