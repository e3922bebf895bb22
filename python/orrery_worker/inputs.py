"""Makes of a request's tensors what a model's method takes."""


class Inputs:
    """Of one model: a DataFrame when it has columns that it goes by, else an array."""

    def __init__(self, np, loaded, columns):
        self._np = np
        self._columns = [column["name"] for column in columns]
        self._dates = [column["name"] for column in columns if column.get("type") == "datetime"]
        fitted = _fitted_names(loaded.model)
        if not self._columns and fitted is not None:
            self._columns = fitted
        ordered = fitted is None or fitted == self._columns
        # Without pandas there are no DataFrames, and models do with arrays.
        self._pandas = None if not self._columns or (loaded.prefers_numbers and ordered) else _pandas()
        self.names = fitted or []
        self.count = _feature_count(loaded.model)

    def of(self, tensors):
        """The rows, from one tensor of rows or one for each column."""
        if len(tensors) == 1:
            name, array = tensors[0]
            if self._pandas is None:
                return array
            if array.ndim == 1:
                return self._frame({self._columns[0] if len(self._columns) == 1 else name: array})
            if array.ndim != 2 or array.shape[1] != len(self._columns):
                raise ValueError(f"The input has the shape {list(array.shape)}; the model wants the columns {', '.join(self._columns)}.")
            return self._pandas.DataFrame(array, columns=self._columns)
        if self._pandas is not None:
            return self._frame({name: array.reshape(len(array)) for name, array in tensors})
        if self._columns:
            return self._np.column_stack([array.reshape(len(array)) for _, array in tensors])
        return dict(tensors)

    def _frame(self, columns):
        frame = self._pandas.DataFrame(columns)
        for name in self._dates:
            frame[name] = self._pandas.to_datetime(frame[name])
        return frame


def _fitted_names(model):
    names = getattr(model, "feature_names_in_", None)
    if names is None and hasattr(model, "get_booster"):
        names = model.get_booster().feature_names
    if names is None and type(model).__name__ == "Booster":
        names = model.feature_names
    return None if names is None else [str(name) for name in names]


def _feature_count(model):
    try:
        if type(model).__name__ == "Booster":
            return int(model.num_features())
        return int(getattr(model, "n_features_in_", 0) or 0)
    except Exception:
        # Only some pipelines know it.
        return 0


def _pandas():
    try:
        import pandas
    except ImportError:
        return None
    return pandas
