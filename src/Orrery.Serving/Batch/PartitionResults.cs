using Orrery.Native;

namespace Orrery.Serving;

/// <summary>What comes out of a partition, row by row in the order of the input, in a table of its own. For one thread.</summary>
internal sealed class PartitionResults(DuckConnection connection, string batch, long firstRow) : IDisposable
{
    private const int IdLength = 32;

    private readonly byte[] _batch = Convert.FromHexString(batch);
    private readonly List<string> _before = [];
    private DuckAppender? _appender;
    private DuckChunk? _chunk;
    private int _rows;
    private long _told;

    /// <summary>The outputs' columns; none until the model has answered.</summary>
    public IReadOnlyList<OutputColumn> Columns { get; private set; } = [];

    /// <summary>Rows that were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Rows that were predicted.</summary>
    public long Predicted { get; private set; }

    /// <summary>Begins so many rows, each of which is then told of.</summary>
    public void Begin(int rows)
    {
        _rows = rows;
        Own();
    }

    /// <summary>Notes why a row was refused.</summary>
    /// <param name="row">Of those that were begun, from 0.</param>
    /// <param name="reason">For people.</param>
    public void Refuse(int row, string reason)
    {
        Refused++;
        if (_chunk is not { } chunk)
        {
            // Nobody knows the outputs' columns yet. All of the chunks before were refused, too.
            var place = (int)_told + row;
            while (_before.Count <= place)
                _before.Add("");
            _before[place] = reason;
            return;
        }

        Refuse(chunk, row, reason);
    }

    /// <summary>Takes the model's answer.</summary>
    /// <param name="outputs">As many rows as <paramref name="rows"/> has.</param>
    /// <param name="rows">Which of those that were begun.</param>
    /// <exception cref="ModelException">It is not like the answers before.</exception>
    public void Take(TensorList outputs, ReadOnlySpan<int> rows)
    {
        Open(outputs, rows.Length);
        var chunk = _chunk!;
        var column = BatchRowsStore.Own;
        for (var index = 0; index < Columns.Count; index++)
        {
            Write(chunk, column, outputs[index], Columns[index].Width, rows);
            column += Columns[index].Width;
        }

        Predicted += rows.Length;
    }

    /// <summary>Ends the rows that were begun.</summary>
    public void End()
    {
        if (_chunk is { } chunk)
            _appender!.AppendChunk(chunk, _rows);
        _told += _rows;
    }

    /// <summary>Ends the table. What was predicted of no row has one, too.</summary>
    public void Close(CancellationToken cancel)
    {
        if (_chunk is null)
            Create();
        _appender!.Close(cancel);
    }

    public void Dispose()
    {
        _chunk?.Dispose();
        _appender?.Dispose();
    }

    private void Open(TensorList outputs, int rows)
    {
        var columns = new OutputColumn[outputs.Count];
        for (var index = 0; index < columns.Length; index++)
            columns[index] = OutputColumn.Of(outputs[index], rows);
        if (_chunk is not null)
        {
            if (!Columns.SequenceEqual(columns))
                throw new ModelException($"The model's outputs differ from row to row: {Told(columns)} after {Told(Columns)}.");
            return;
        }

        if (columns.FirstOrDefault(static column => column.Type is not (DataType.FP16 or DataType.BF16) && BatchColumns.DuckType(column.Type) is null) is { } unknown)
            throw new ModelException($"Output '{unknown.Name}' is of {unknown.Type}, which no file can hold.");
        Columns = columns;
        Create();
    }

    private void Create()
    {
        BatchRowsStore.Create(connection, Columns.SelectMany(static column => Enumerable.Repeat(column.DuckType, column.Width)));
        _appender = connection.Appender(BatchRowsStore.Results);
        _chunk = _appender.CreateChunk();
        var (rows, told, now) = (_rows, _told, _before.Count);
        // Whole chunks of refused rows came before; of this one some rows may have been refused already.
        var earlier = (int)told;
        for (var begin = 0; begin < earlier; begin += DuckChunk.Capacity)
        {
            _rows = Math.Min(DuckChunk.Capacity, earlier - begin);
            _told = begin;
            Own();
            for (var index = 0; index < _rows; index++)
                Refuse(_chunk, index, _before[begin + index]);
            _appender.AppendChunk(_chunk, _rows);
        }

        (_rows, _told) = (rows, told);
        Own();
        for (var index = earlier; index < now; index++)
        {
            if (_before[index].Length > 0)
                Refuse(_chunk, index - earlier, _before[index]);
        }

        _before.Clear();
    }

    // What each row has, whatever becomes of it.
    private void Own()
    {
        if (_chunk is not { } chunk)
            return;
        chunk.Values<bool>(0)[.._rows].Fill(true);
        var numbers = chunk.Values<long>(1);
        Span<byte> id = stackalloc byte[IdLength];
        for (var row = 0; row < _rows; row++)
        {
            numbers[row] = firstRow + _told + row;
            BatchPlaces.PredictionId(_batch, firstRow + _told + row, id);
            chunk.SetUtf8(2, row, id);
        }
    }

    private static void Refuse(DuckChunk chunk, int row, string reason)
    {
        chunk.Values<bool>(0)[row] = false;
        chunk.SetText(3, row, reason);
        for (var column = BatchRowsStore.Own; column < chunk.Types.Count; column++)
            chunk.SetNull(column, row);
    }

    private static void Write(DuckChunk chunk, int column, Tensor tensor, int width, ReadOnlySpan<int> rows)
    {
        switch (tensor.Type)
        {
            case DataType.FP32: Write<float>(chunk, column, tensor, width, rows); break;
            case DataType.FP64: Write<double>(chunk, column, tensor, width, rows); break;
            case DataType.INT64: Write<long>(chunk, column, tensor, width, rows); break;
            case DataType.INT32: Write<int>(chunk, column, tensor, width, rows); break;
            case DataType.INT16: Write<short>(chunk, column, tensor, width, rows); break;
            case DataType.INT8: Write<sbyte>(chunk, column, tensor, width, rows); break;
            case DataType.UINT64: Write<ulong>(chunk, column, tensor, width, rows); break;
            case DataType.UINT32: Write<uint>(chunk, column, tensor, width, rows); break;
            case DataType.UINT16: Write<ushort>(chunk, column, tensor, width, rows); break;
            case DataType.UINT8: Write<byte>(chunk, column, tensor, width, rows); break;
            case DataType.BOOL: WriteEach(chunk, column, width, rows, tensor.Bytes, static value => value != 0); break;
            case DataType.FP16: WriteEach(chunk, column, width, rows, tensor.Values<Half>(), static value => (float)value); break;
            case DataType.BF16: WriteEach(chunk, column, width, rows, tensor.Values<ushort>(), static value => BitConverter.Int32BitsToSingle(value << 16)); break;
            default: WriteTexts(chunk, column, tensor, width, rows); break;
        }
    }

    private static void Write<T>(DuckChunk chunk, int column, Tensor tensor, int width, ReadOnlySpan<int> rows)
        where T : unmanaged
    {
        var values = tensor.Values<T>();
        for (var element = 0; element < width; element++)
        {
            var target = chunk.Values<T>(column + element);
            for (var row = 0; row < rows.Length; row++)
                target[rows[row]] = values[(row * width) + element];
        }
    }

    private static void WriteEach<TFrom, TTo>(DuckChunk chunk, int column, int width, ReadOnlySpan<int> rows, ReadOnlySpan<TFrom> values, Func<TFrom, TTo> change)
        where TTo : unmanaged
    {
        for (var element = 0; element < width; element++)
        {
            var target = chunk.Values<TTo>(column + element);
            for (var row = 0; row < rows.Length; row++)
                target[rows[row]] = change(values[(row * width) + element]);
        }
    }

    private static void WriteTexts(DuckChunk chunk, int column, Tensor tensor, int width, ReadOnlySpan<int> rows)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            for (var element = 0; element < width; element++)
            {
                var text = tensor.Text((row * width) + element);
                if (!System.Text.Unicode.Utf8.IsValid(text))
                    throw new ModelException($"Output '{tensor.Name}' has a text that is no UTF-8, which no file can hold.");
                chunk.SetUtf8(column + element, rows[row], text);
            }
        }
    }

    private static string Told(IEnumerable<OutputColumn> columns) => string.Join(", ", columns.Select(static column => $"{column.Name} {column.Type}[{column.Width}]"));
}
