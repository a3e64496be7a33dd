"""The public keys of vouchers, for anybody who verifies one."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from backend.kit.context import Services
from backend.vouchers import service


async def jwks(request: Request) -> JSONResponse:
    """Answer the JWK set (RFC 7517) of all voucher keys, retired ones too; cacheable for five minutes."""
    services: Services = request.app.state.services
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    return JSONResponse(service.key_set(services.settings).to_jwks(), headers=headers)


ROUTES = [Route("/.well-known/jwks.json", jwks, methods=["GET"])]
