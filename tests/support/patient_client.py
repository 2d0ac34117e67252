# SPDX-License-Identifier: MIT
"""A Matrix participant that outlives its homeserver."""

import http.client
import time

from .matrix_client import MatrixClient, MatrixError
from .processes import WAIT_S


class PatientMatrixClient(MatrixClient):
    """Asks again, with the same transaction, while the server is away."""

    def _call(self, *arguments, **options):
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                return super()._call(*arguments, **options)
            except (OSError, ValueError, http.client.HTTPException, MatrixError) as error:
                final = isinstance(error, MatrixError) and error.status < 500
                if final or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
