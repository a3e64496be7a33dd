"""The public keys of the log's statements, for whoever audits it."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from backend.kit.context import Services
from backend.kit.record.keys import public_keys


async def log_keys(request: Request) -> JSONResponse:
    """Answer the JWK set (RFC 7517) of the keys that sign or have signed stream heads."""
    services: Services = request.app.state.services
    keys = await asyncio.to_thread(public_keys, services.settings)
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    return JSONResponse(keys.to_jwks(), headers=headers)


ROUTES = [Route("/.well-known/log-keys.json", log_keys, methods=["GET"])]
