# Starts a house command with the first Python that is new enough; sourced by the commands beside this folder.
cd "$(dirname "$0")/.." || exit 1
for python in python3 python3.14 python3.13 python3.12 python3.11; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" -m scripts.house "$@"
  fi
done
echo "clearlane: Python 3.11 or later is missing: install it (Debian, Ubuntu: apt install python3 python3-venv)" >&2
exit 1
