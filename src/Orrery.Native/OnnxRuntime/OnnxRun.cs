using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>
/// One call of a model at a time: set each input, <see cref="Execute"/>, read the outputs, dispose. Spans and values it gave are valid until then. Inputs are
/// written in place into memory that the run keeps; nothing is allocated for a call but by ONNX Runtime for its outputs.
/// </summary>
public sealed unsafe class OnnxRun : IDisposable
{
    // What a call needed beyond this is given back after it.
    private const nuint KeptBytes = 1 << 20;
    private const int LargestRank = 16;

    private readonly OnnxSession _session;
    private readonly OnnxSessionHandle _handle;
    private readonly OnnxRuntimeState _state = OnnxLibrary.State();
    private readonly int _inputCount;
    private readonly int _outputCount;
    // Names and values as ONNX Runtime takes them: input names, input values, output names, output values.
    private readonly nint* _arguments;
    private readonly OnnxBuffer[] _buffers;
    private readonly OnnxValue[] _outputs;
    private readonly int[] _wanted;
    private readonly List<OnnxValue> _nested = [];
    private readonly nint _options;
    private int _nestedUsed;
    private int _wantedCount;
    private volatile bool _terminated;

    internal OnnxRun(OnnxSession session, OnnxSessionHandle handle)
    {
        var held = false;
        handle.DangerousAddRef(ref held);
        (_session, _handle) = (session, handle);
        (_inputCount, _outputCount) = (session.Inputs.Count, session.Outputs.Count);
        _arguments = (nint*)NativeMemory.AllocZeroed((nuint)((2 * _inputCount) + (2 * _outputCount)), (nuint)sizeof(nint));
        for (var index = 0; index < _inputCount; index++)
            InputNames[index] = handle.Inputs![index];
        _buffers = [.. session.Inputs.Select(static _ => new OnnxBuffer())];
        _outputs = [.. session.Outputs.Select(_ => new OnnxValue(this))];
        _wanted = new int[_outputCount];
        nint options;
        OnnxFailures.Check(OrtApi.CreateRunOptions(&options));
        _options = options;
        WantAll();
    }

    internal nint Allocator => _state.Allocator;

    private nint* InputNames => _arguments;

    private nint* InputValues => _arguments + _inputCount;

    private nint* OutputNames => _arguments + (2 * _inputCount);

    private nint* OutputValues => _arguments + (2 * _inputCount) + _outputCount;

    /// <summary>Type of an input's elements, as the model declares it.</summary>
    public OnnxElementType InputType(int input) => TensorType(input);

    /// <summary>Makes a tensor of the input's own type and gives its bytes (little endian, row-major) to be written before <see cref="Execute"/>.</summary>
    /// <param name="input">Place of the input.</param>
    /// <param name="shape">Sizes, 0 or more each.</param>
    /// <exception cref="OnnxException">The shape is negative or too large, or the input is text or no tensor.</exception>
    public Span<byte> Input(int input, ReadOnlySpan<long> shape)
    {
        var type = TensorType(input);
        var bytes = Elements(shape) * type.Width();
        if (type.Width() == 0 || bytes > Array.MaxLength)
            throw new OnnxException(OnnxErrorCode.InvalidArgument, $"A tensor of {type} with {Elements(shape)} elements cannot be made in place.");
        var data = _buffers[input].Reserve((nuint)bytes);
        Tensor(input, shape, data, (nuint)bytes, type);
        return new Span<byte>(data, (int)bytes);
    }

    /// <summary>The same as elements; <typeparamref name="T"/> has the width of the input's type.</summary>
    public Span<T> Input<T>(int input, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != TensorType(input).Width())
            throw new ArgumentException($"Input {_session.Inputs[input].Name} is of {TensorType(input)}, not of {typeof(T).Name}.", nameof(input));
        return MemoryMarshal.Cast<byte, T>(Input(input, shape));
    }

    /// <summary>
    /// Takes a tensor where it lies, in memory that is pinned or native and stays so until the run is disposed. What is not aligned to the element's width is
    /// copied.
    /// </summary>
    /// <param name="input">Place of the input.</param>
    /// <param name="shape">Sizes, 0 or more each.</param>
    /// <param name="pinned">Its bytes, little endian and row-major.</param>
    public void InputAt(int input, ReadOnlySpan<long> shape, ReadOnlySpan<byte> pinned)
    {
        var type = TensorType(input);
        if (type.Width() == 0 || pinned.Length != Elements(shape) * type.Width())
            throw new OnnxException(OnnxErrorCode.InvalidArgument, $"{pinned.Length} bytes are no {type} of {Elements(shape)} elements.");
        fixed (byte* data = pinned)
        {
            if ((nuint)data % (nuint)type.Width() == 0 && !pinned.IsEmpty)
                Tensor(input, shape, data, (nuint)pinned.Length, type);
            else
                pinned.CopyTo(Input(input, shape));
        }
    }

    /// <summary>Makes a tensor of text, all empty; <see cref="Text"/> fills it.</summary>
    public void InputText(int input, ReadOnlySpan<long> shape)
    {
        if (TensorType(input) is not OnnxElementType.String)
            throw new OnnxException(OnnxErrorCode.InvalidArgument, $"Input {_session.Inputs[input].Name} is of {TensorType(input)}, not of text.");
        _ = Elements(shape);
        nint value;
        fixed (long* sizes = shape)
            OnnxFailures.Check(OrtApi.CreateTensorAsOrtValue(_state.Allocator, sizes, (nuint)shape.Length, (int)OnnxElementType.String, &value));
        Replace(input, value);
    }

    /// <summary>Sets one element of a tensor of text.</summary>
    /// <param name="input">Place of the input, made by <see cref="InputText"/>.</param>
    /// <param name="element">Row-major, from 0.</param>
    /// <param name="utf8">May hold zeros.</param>
    public void Text(int input, long element, ReadOnlySpan<byte> utf8)
    {
        byte* text;
        OnnxFailures.Check(OrtApi.GetResizedStringTensorElementBuffer(InputValues[input], (nuint)element, (nuint)utf8.Length, &text));
        utf8.CopyTo(new Span<byte>(text, utf8.Length));
    }

    /// <summary>Asks for these outputs only; by default for all.</summary>
    /// <param name="outputs">Places of outputs, none twice.</param>
    public void Want(ReadOnlySpan<int> outputs)
    {
        if (outputs.Length == 0)
            throw new ArgumentException("A run gives at least one output.", nameof(outputs));
        for (var index = 0; index < outputs.Length; index++)
        {
            _wanted[index] = outputs[index];
            OutputNames[index] = _handle.Outputs![outputs[index]];
        }

        _wantedCount = outputs.Length;
    }

    /// <summary>Runs the model on the caller's thread.</summary>
    /// <param name="cancel">Stops between two operators of the model.</param>
    /// <exception cref="OnnxException">An input does not fit, or the model failed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Execute(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        ReleaseOutputs();
        for (var index = 0; index < _inputCount; index++)
        {
            if (InputValues[index] == 0)
                throw new OnnxException(OnnxErrorCode.InvalidArgument, $"Input {_session.Inputs[index].Name} is not set.");
        }

        nint status;
        using (cancel.UnsafeRegister(static run => ((OnnxRun)run!).Terminate(), this))
        {
            status = OrtApi.Run(
                _handle.Session, _options, InputNames, InputValues, (nuint)_inputCount, OutputNames, (nuint)_wantedCount, OutputValues);
        }

        if (_terminated)
        {
            _terminated = false;
            OrtApi.ReleaseStatus(OrtApi.RunOptionsUnsetTerminate(_options));
        }

        if (status != 0)
        {
            var failure = OnnxFailures.From(status);
            cancel.ThrowIfCancellationRequested();
            throw failure;
        }

        for (var index = 0; index < _wantedCount; index++)
            _outputs[_wanted[index]].Set(OutputValues[index]);
    }

    /// <summary>What came out.</summary>
    /// <param name="output">Place of an output that was asked for.</param>
    public OnnxValue Output(int output) => _outputs[output].IsSet
        ? _outputs[output]
        : throw new InvalidOperationException($"Output {_session.Outputs[output].Name} was not asked for, or the model has not run.");

    /// <summary>Gives up inputs and outputs and returns the run to its session.</summary>
    public void Dispose()
    {
        Clear();
        _session.Return(this);
    }

    internal OnnxValue Nested(nint value)
    {
        if (_nestedUsed == _nested.Count)
            _nested.Add(new OnnxValue(this));
        var nested = _nested[_nestedUsed++];
        nested.Set(value);
        return nested;
    }

    /// <summary>Frees everything; the run was returned.</summary>
    internal void Close()
    {
        foreach (var buffer in _buffers)
            buffer.Free();
        foreach (var value in _outputs.Concat(_nested))
            value.Free();
        NativeMemory.Free(_arguments);
        OrtApi.ReleaseRunOptions(_options);
        _handle.DangerousRelease();
    }

    private static Int128 Elements(ReadOnlySpan<long> shape)
    {
        Int128 elements = 1;
        if (shape.Length > LargestRank)
            throw new OnnxException(OnnxErrorCode.InvalidArgument, $"A tensor has at most {LargestRank} dimensions, not {shape.Length}.");
        foreach (var size in shape)
        {
            if (size < 0)
                throw new OnnxException(OnnxErrorCode.InvalidArgument, $"A dimension is {size}; it must be 0 or more.");
            elements *= size;
            if (elements > long.MaxValue)
                throw new OnnxException(OnnxErrorCode.InvalidArgument, "The shape has more elements than fit in 64 bits.");
        }

        return elements;
    }

    private OnnxElementType TensorType(int input) => _session.Inputs[input] is { Kind: OnnxValueKind.Tensor } declared
        ? declared.Type
        : throw new OnnxException(OnnxErrorCode.InvalidArgument, $"Input {_session.Inputs[input].Name} is {_session.Inputs[input]}; only tensors can be given.");

    private void Tensor(int input, ReadOnlySpan<long> shape, void* data, nuint bytes, OnnxElementType type)
    {
        nint value;
        fixed (long* sizes = shape)
            OnnxFailures.Check(OrtApi.CreateTensorWithDataAsOrtValue(_state.MemoryInfo, data, bytes, sizes, (nuint)shape.Length, (int)type, &value));
        Replace(input, value);
    }

    private void Replace(int input, nint value)
    {
        OrtApi.ReleaseValue(InputValues[input]);
        InputValues[input] = value;
    }

    private void WantAll()
    {
        for (var index = 0; index < _outputCount; index++)
        {
            _wanted[index] = index;
            OutputNames[index] = _handle.Outputs![index];
        }

        _wantedCount = _outputCount;
    }

    private void Terminate()
    {
        _terminated = true;
        OrtApi.ReleaseStatus(OrtApi.RunOptionsSetTerminate(_options));
    }

    // A value that is left in its place would be written over instead of made anew.
    private void ReleaseOutputs()
    {
        for (var index = 0; index < _nestedUsed; index++)
            _nested[index].Release();
        _nestedUsed = 0;
        foreach (var output in _outputs)
            output.Release();
        NativeMemory.Clear(OutputValues, (nuint)(_outputCount * sizeof(nint)));
    }

    private void Clear()
    {
        ReleaseOutputs();
        for (var index = 0; index < _inputCount; index++)
        {
            OrtApi.ReleaseValue(InputValues[index]);
            InputValues[index] = 0;
            _buffers[index].Trim(KeptBytes);
        }

        WantAll();
    }
}
