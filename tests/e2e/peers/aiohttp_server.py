"""A service on aiohttp: /echo, /early, /count and /length, as server.mjs. Prints its port.

Usage: aiohttp_server.py [PORT [CERT KEY]]; port 0: any
"""

import asyncio
import ssl
import sys

from aiohttp import web


async def echo(request):
    response = web.StreamResponse()
    await response.prepare(request)
    async for piece in request.content.iter_any():
        await response.write(piece)
    return response


async def early(request):
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"early ")
    size = 0
    async for piece in request.content.iter_any():
        size += len(piece)
    await response.write(str(size).encode())
    return response


async def count(request):
    size = 0
    async for piece in request.content.iter_any():
        size += len(piece)
    return web.Response(text=str(size))


async def length(request):
    return web.Response(text=request.headers.get("Content-Length", "undefined"))


async def hello(request):
    return web.Response(text=f"hello from {request.path}")


async def main(port="0", *certificate):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    application = web.Application(client_max_size=2**40)
    for path, handler in {"/echo": echo, "/early": early, "/count": count, "/length": length}.items():
        application.router.add_route("*", path, handler)
    application.router.add_route("*", "/{any:.*}", hello)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", int(port), ssl_context=context)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
