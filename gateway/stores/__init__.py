"""All SQL and nothing but SQL: one encrypted file, one key and one module for each store.

SQLCipher stands in for sqlite3 before sqlite_utils is first imported, so that no store can be opened in clear.
"""

from __future__ import annotations

import sys

import sqlcipher3
import sqlcipher3.dbapi2

sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = sqlcipher3.dbapi2
