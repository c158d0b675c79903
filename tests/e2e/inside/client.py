"""A client of the standard library that knows a URL and its certificate."""
import ssl
import sys
import urllib.request

name = sys.argv[1]
context = ssl.create_default_context()
context.load_cert_chain(f"{name}.pem", f"{name}.key")
print(urllib.request.urlopen("https://api.example.com/widgets", context=context).read().decode())
