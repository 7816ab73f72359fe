"""An embedding endpoint in FastAPI: what a team might deploy, and what plimsoll.yaml beside it puts under load.

    uvicorn app:app --port 8000

The model is loaded in the background once the server listens, so /health can say 503 until it is ready.
"""

import json
import os
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictBool, StrictStr
from tokenizers import Tokenizer

MODEL_NAME = "all-MiniLM-L6-v2"
DEFAULT_MODEL_DIR = Path(__file__).parent / "../../packages/endpoint/model"
MODEL_DIR = Path(os.environ.get("MODEL_DIR", DEFAULT_MODEL_DIR))
THREADS = int(os.environ.get("MODEL_THREADS", "1"))

MAX_TOKENS = 256
MAX_TEXTS = 256
MAX_TEXT_CHARS = 32 * 1024
MAX_BODY_BYTES = 2 * 1024 * 1024
# The runtime keeps its largest allocation for ever, so runs are cut small; batches gain little on a CPU anyway.
MAX_RUN_TEXTS = 32
MIN_COSINE = 0.99


class Embedder:
    """The loaded model: texts in, vectors out. Safe to call from many threads."""

    def __init__(self, model_dir: Path):
        self._tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        # tokenizer.json asks for truncation and padding to 128 tokens; the model takes 256.
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        options = ort.SessionOptions()
        options.intra_op_num_threads = THREADS
        self._session = ort.InferenceSession(
            str(model_dir / "model.int8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        # Concurrent runs would share the cores and each take longer: one after the other is kinder to latency.
        self._one_at_a_time = threading.Lock()

    def embed(self, texts: list[str], normalize: bool = True) -> np.ndarray:
        """One row of 384 floats per text, in order; unit length, or plain mean pooling if not normalised."""
        runs = [texts[i : i + MAX_RUN_TEXTS] for i in range(0, len(texts), MAX_RUN_TEXTS)]
        return np.concatenate([self._run(run, normalize) for run in runs])

    def _run(self, texts: list[str], normalize: bool) -> np.ndarray:
        rows = self._tokenizer.encode_batch(texts)
        ids = np.array([row.ids for row in rows], dtype=np.int64)
        mask = np.array([row.attention_mask for row in rows], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        with self._one_at_a_time:
            if normalize:
                return self._session.run(["sentence_embedding"], feeds)[0]
            hidden = self._session.run(["last_hidden_state"], feeds)[0]
        weights = mask[:, :, np.newaxis]
        return (hidden * weights).sum(axis=1) / weights.sum(axis=1)


def check_golden(embedder: Embedder, model_dir: Path) -> None:
    """Warms the model up on sentences whose vectors are known; raises if this machine computes something else."""
    golden = json.loads((model_dir / "golden.json").read_text(encoding="utf-8"))
    expected = np.array(golden["embeddings"])
    alone = np.concatenate([embedder.embed([text]) for text in golden["sentences"]])
    for vectors in (alone, embedder.embed(golden["sentences"])):
        cosines = (vectors * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)
        if not cosines.min() >= MIN_COSINE:
            raise RuntimeError(f"golden sentences: cosine {cosines.min():.4f}, needs at least {MIN_COSINE}")


class Model:
    """Where loading stands: `embedder` once it is ready, `failure` if it never will be."""

    embedder: Embedder | None = None
    failure: str | None = None

    def load(self) -> None:
        try:
            embedder = Embedder(MODEL_DIR)
            check_golden(embedder, MODEL_DIR)
            self.embedder = embedder
        except Exception as error:  # whatever it is, /health must tell it instead of dying with this thread
            self.failure = str(error)


model = Model()


@asynccontextmanager
async def lifespan(_: FastAPI):
    threading.Thread(target=model.load, name="load-model", daemon=True).start()
    yield
    model.embedder = None


app = FastAPI(title="MiniLM on FastAPI", lifespan=lifespan, max_body_size=MAX_BODY_BYTES)


@app.exception_handler(RequestValidationError)
async def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
    """Names the field that is wrong. FastAPI's own answer repeats the input, which breaks on half a surrogate pair."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return JSONResponse({"error": {"message": "the body is not valid JSON", "field": None}}, 400)
    path = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"][1:]]
    field = "".join(path).lstrip(".") or None
    return JSONResponse({"error": {"message": first["msg"], "field": field}}, 422)


class EmbedRequest(BaseModel):
    texts: list[Annotated[StrictStr, Field(max_length=MAX_TEXT_CHARS)]] = Field(min_length=1, max_length=MAX_TEXTS)
    normalize: StrictBool = True


class EmbedAnswer(BaseModel):
    embeddings: list[list[float]]
    dimensions: int
    model: str
    latency_ms: float


@app.get("/health")
async def health(response: Response) -> dict[str, str | int]:
    """`async`, so that it is answered by the event loop and never waits for a free thread."""
    if model.embedder is not None:
        return {"status": "healthy", "model": MODEL_NAME, "dimensions": 384, "workers": 1}
    response.status_code = 503
    if model.failure is not None:
        return {"status": "failed", "reason": model.failure}
    return {"status": "not_ready"}


@app.post("/embed")
def embed(request: EmbedRequest) -> EmbedAnswer:
    """Not `async`: inference would block the event loop, so FastAPI runs it in its thread pool."""
    started = time.perf_counter()
    if model.embedder is None:
        raise HTTPException(503, "the model is not ready; see /health", headers={"Retry-After": "1"})
    vectors = model.embedder.embed(request.texts, request.normalize)
    return EmbedAnswer(
        embeddings=vectors.tolist(),
        dimensions=vectors.shape[1],
        model=MODEL_NAME,
        latency_ms=round((time.perf_counter() - started) * 1000, 3),
    )
