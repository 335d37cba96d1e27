"""What may be shown of a result: protected counts, minimised columns. The one module that decides it (RS-3, RS-4)."""

from __future__ import annotations

from gateway.disclosure.minimised import disclose

__all__ = ["disclose"]
