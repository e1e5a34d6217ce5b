from typing import Any

class LazyString(str):
    __html__: Any
