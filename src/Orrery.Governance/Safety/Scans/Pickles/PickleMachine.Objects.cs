using System.Globalization;
using System.Text;

namespace Orrery.Governance;

/// <content>What is imported, called and built.</content>
internal sealed partial class PickleMachine
{
    // What makes classes: instances of them are made by calling what a call gave.
    private static readonly HashSet<string> ClassMakers =
    [
        "_make_skeleton_class", "_make_skeleton_enum", "_make_skel_class", "_make_namedtuple", "_builtin_type", "type", "_rehydrate_skeleton_class", "_lookup_class_or_track",
        "_make_typevar", "_make_dict_items", "namedtuple", "make_dataclass",
    ];

    private static readonly HashSet<string> FunctionMakers = ["_make_function", "_fill_function", "_make_skel_func", "FunctionType", "CodeType", "LambdaType", "_builtin_type"];

    private bool Objects(byte opcode, CancellationToken cancel)
    {
        switch (opcode)
        {
            case (byte)'c':
                Push(Import(Utf8(_reader.Line(MostText)), Utf8(_reader.Line(MostText))));
                break;
            case 0x93:
                var names = PopMany(2);
                Push(names[0].Kind is PickleKind.Text && names[1].Kind is PickleKind.Text ? Import(names[0].Text, names[1].Text) : Hidden());
                break;
            case (byte)'i':
                var instance = Import(Utf8(_reader.Line(MostText)), Utf8(_reader.Line(MostText)));
                Call(instance, PopMark(), isInstance: true);
                break;
            case (byte)'o':
                var made = PopMark();
                if (made.Count == 0)
                    throw new InvalidDataException("OBJ names no class");
                Call(made[0], made[1..], isInstance: true);
                break;
            case (byte)'R':
                var called = PopMany(2);
                Call(called[0], called[1].Items, isInstance: false);
                break;
            case 0x81:
                var anew = PopMany(2);
                Call(anew[0], anew[1].Items, isInstance: true);
                break;
            case 0x92:
                var keyed = PopMany(3);
                Call(keyed[0], keyed[1].Items, isInstance: true);
                break;
            case (byte)'b':
                Build(Pop(), cancel);
                break;
            default:
                return Outside(opcode);
        }

        return true;
    }

    private bool Outside(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'P':
                _reader.Line(MostLine);
                Refer("PERSID");
                break;
            case (byte)'Q':
                Pop();
                Refer("BINPERSID");
                break;
            case 0x82 or 0x83 or 0x84:
                _reader.Skip(1UL << (opcode - 0x82));
                _report.Calls = true;
                Refer($"EXT{1 << (opcode - 0x82)}");
                break;
            case 0x97:
                Refer("NEXT_BUFFER");
                break;
            case 0x98:
                Top();
                break;
            default:
                return false;
        }

        return true;
    }

    private void Refer(string opcode)
    {
        // PyTorch names its tensors so, which lie in files beside the pickle.
        if (opcode is not "BINPERSID" || !_settings.HasTensors)
            _report.Add(ScanRules.PickleOutside, $"it refers to things outside of itself ({opcode})");
        Push(PickleValue.Other);
    }

    private PickleValue Hidden()
    {
        (_report.Calls, _report.IsLikely) = (true, true);
        _report.Add(ScanRules.PickleHidden, "it hides what it imports: the name is computed while it is read");
        return PickleValue.Other;
    }

    private PickleValue Import(string module, string name)
    {
        var isArray = _settings.HasArrays && module is "joblib.numpy_pickle" or "joblib.numpy_pickle_compat" && name is "NumpyArrayWrapper" or "NDArrayWrapper" or "ZNDArrayWrapper";
        var isTensor = _settings.HasTensors && Tensors.Allow(module, name);
        if (!isArray && !isTensor && !_settings.Allowed.Allows(module, name, _settings.Code, _settings.Modules))
        {
            _report.IsLikely |= IsName(module) && IsName(name);
            _report.Add(ScanRules.PickleImport, $"it imports {Shown(module)}.{Shown(name)}, which models of this flavor do not need");
        }

        return new PickleValue(PickleKind.Global) { Module = module, Text = name };
    }

    private void Call(PickleValue callee, IReadOnlyList<PickleValue> arguments, bool isInstance)
    {
        _report.Calls = true;
        if (callee.Kind is PickleKind.Global && FunctionMakers.Contains(callee.Text))
            _report.BringsCode = true;
        Code(callee, arguments);
        if (callee.Kind is PickleKind.Global && !_settings.Allowed.MayCall(callee.Module, callee.Text, _settings.Modules))
        {
            _report.IsLikely |= IsName(callee.Text);
            _report.Add(ScanRules.PickleCall, $"it calls {Shown(callee.Module)}.{Shown(callee.Text)}, which is neither a class nor makes an object anew, while it is read");
        }

        if (callee.Kind is PickleKind.Call && !ClassMakers.Contains(Origin(callee)))
            _report.Add(ScanRules.PickleComputedCall, $"it calls what a call of {Shown(Origin(callee))} gave while it is read");
        else if (callee.Kind is not (PickleKind.Global or PickleKind.Call))
            _report.Add(ScanRules.PickleComputedCall, "it calls a value that it does not import while it is read");
        Push(new PickleValue(PickleKind.Call) { Callee = callee, Items = arguments, Number = isInstance ? 1 : 0 });
    }

    // Names that code uses stand beside it as tuples of texts.
    private void Code(PickleValue callee, IReadOnlyList<PickleValue> arguments)
    {
        if (callee is { Kind: PickleKind.Global, Text: "subimport" or "dynamic_subimport" } && arguments is [{ Kind: PickleKind.Text } module, ..] && RiskyCode.IsModule(module.Text))
            _report.Add(ScanRules.CodeRisky, $"code that it brings uses the module {Shown(module.Text)}");
        if (Origin(new PickleValue(PickleKind.Call) { Callee = callee }) is not ("CodeType" or "_builtin_type" or "code"))
            return;
        foreach (var name in arguments.SelectMany(static one => one.Items).Where(static one => one.Kind is PickleKind.Text && RiskyCode.IsName(one.Text)))
            _report.Add(ScanRules.CodeRisky, $"code that it brings uses the name {name.Text}");
    }

    private void Build(PickleValue state, CancellationToken cancel)
    {
        var target = Top();
        if (target.Kind is not PickleKind.Call)
            return;
        // Of several, the last counts for Python.
        target.State = state;
        if (_settings.HasArrays && target.Callee?.Is("joblib.numpy_pickle", "NumpyArrayWrapper") is true)
            Array(state, cancel);
    }

    // The array's content follows the wrapper: a pickle when it has objects, else its bytes.
    private void Array(PickleValue state, CancellationToken cancel)
    {
        if (state.Fields is not { } fields || !fields.TryGetValue("dtype", out var dtype) || !fields.TryGetValue("shape", out var shape) || shape.Kind is not PickleKind.Tuple)
            throw new InvalidDataException("an array of joblib does not say what it is");
        var (size, hasObjects) = ArrayType.Of(dtype);
        if (hasObjects)
        {
            if (_depth >= MostNested)
                throw new ScanLimitException("Arrays of objects are nested deeper than is followed.");
            var inner = Follow(_reader, _settings, _depth + 1, cancel);
            foreach (var (rule, what) in inner.Problems)
                _report.Add(rule, what + " in an array of objects");
            _report.BringsCode |= inner.BringsCode;
            if (!inner.Ended)
                throw new InvalidDataException($"an array of objects cannot be followed: {inner.Broken}");
            return;
        }

        if (fields.TryGetValue("numpy_array_alignment_bytes", out var alignment) && alignment.Kind is PickleKind.Number)
            _reader.Skip(_reader.Byte());
        var bytes = (UInt128)size;
        foreach (var one in shape.Items)
        {
            if (one is not { Kind: PickleKind.Number, Number: >= 0 and <= int.MaxValue })
                throw new InvalidDataException("an array of joblib has no shape");
            bytes *= (ulong)one.Number;
            if (bytes > long.MaxValue)
                throw new InvalidDataException("an array of joblib is larger than its file");
        }

        _reader.Skip((ulong)bytes);
    }

    private static string Origin(PickleValue call)
    {
        for (var depth = 0; depth < 8 && call.Callee is { } callee; depth++)
        {
            if (callee.Kind is PickleKind.Global)
                return callee.Text;
            call = callee;
        }

        return "another call";
    }

    private static bool IsName(string name) => name.Length > 0 && name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '.');

    private static string Utf8(byte[] line) => Encoding.UTF8.GetString(line);

    private static string Shown(string name)
    {
        var clipped = name.Length > 80 ? name[..80] + "..." : name;
        return string.Concat(clipped.Select(static c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()));
    }
}
