# Puts sessions into the SQLite file of a stopped server: python3 fill.py FILE SESSIONS
import hashlib
import sqlite3
import sys

file, sessions = sys.argv[1], int(sys.argv[2])
FAR = 1 << 52
database = sqlite3.connect(file)
database.executemany(
    "INSERT INTO users (id, appid, openid, session_key, nick_name, avatar_url, created_at, updated_at)"
    " VALUES (?, 'wx1', ?, 'AAECAwQFBgcICQoLDA0ODw==', '微信用户', '', 0, 0)",
    ((number, f"bench-{number}") for number in range(1, sessions + 1)),
)
rows = sorted(
    (hashlib.sha256(f"skey-{number}".encode()).digest(), f"bench-{number}", number, 0, FAR, FAR)
    for number in range(1, sessions + 1)
)
database.executemany("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)", rows)
database.commit()
