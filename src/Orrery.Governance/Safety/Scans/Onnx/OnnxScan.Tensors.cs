using System.Globalization;

namespace Orrery.Governance;

/// <content>Tensors, and where their content lies.</content>
internal sealed partial class OnnxScan
{
    private void Tensor(long length, int depth)
    {
        var tensor = new OnnxTensor();
        Inner(length, depth, (number, wire, size, inner) => Tensor(tensor, number, wire, size, inner));
        if (tensor.Count() is not { } count)
            Lie(tensor, "has a shape that no file can hold");
        else if (tensor.IsExternal || tensor.External.Count > 0)
            External(tensor, count);
        else
            Size(tensor, count);
    }

    private void Tensor(OnnxTensor tensor, int number, int wire, long length, int depth)
    {
        switch (number, wire)
        {
            case (1, 0):
                tensor.Dims.Add((long)Varint());
                break;
            case (1, 2):
                for (var end = _reader.Position + length; _reader.Position < end;)
                    tensor.Dims.Add((long)Varint());
                break;
            case (2, 0):
                tensor.Type = (long)Varint();
                break;
            case (8, 2):
                tensor.Name = Text(length);
                break;
            case (9, 2):
                tensor.RawBytes = length;
                break;
            case (13, 2):
                var (key, value) = ("", "");
                Inner(length, depth, (field, kind, size, _) =>
                {
                    if (kind == 0)
                        Varint();
                    else if (kind == 2 && field == 1)
                        key = Text(size);
                    else if (kind == 2 && field == 2)
                        value = Text(size);
                });
                tensor.External[key] = value;
                break;
            case (14, 0):
                tensor.IsExternal = Varint() == 1;
                break;
            case (4, 2):
                tensor.Typed += length / 4;
                break;
            case (10, 2):
                tensor.Typed += length / 8;
                break;
            case (5 or 7 or 11, 2):
                for (var end = _reader.Position + length; _reader.Position < end; tensor.Typed++)
                    Varint();
                break;
            case (6, 2) or (4, 5) or (10, 1):
                tensor.Typed++;
                break;
            case (5 or 7 or 11, 0):
                Varint();
                tensor.Typed++;
                break;
            case (_, 0):
                Varint();
                break;
            default:
                break;
        }

        if (tensor.Dims.Count > 64)
            throw new InvalidDataException("a tensor has more than 64 dimensions");
    }

    private void Size(OnnxTensor tensor, long count)
    {
        var bits = OnnxTypes.Bits(tensor.Type);
        if (tensor.RawBytes is { } raw && bits > 0)
        {
            if (raw != Bytes(count, bits) && !(raw == 0 && tensor.Typed > 0))
                Lie(tensor, string.Create(CultureInfo.InvariantCulture, $"says that it has {count} elements, and brings {raw} bytes"));
            return;
        }

        // Complex numbers take two, those of 4 bits half a field.
        var needed = tensor.Type is 14 or 15 ? count * 2 : bits == 4 ? (count + 1) / 2 : count;
        if (tensor.Typed != needed && tensor.Typed != count)
            Lie(tensor, string.Create(CultureInfo.InvariantCulture, $"says that it has {count} elements, and brings {tensor.Typed}"));
    }

    private void External(OnnxTensor tensor, long count)
    {
        var location = tensor.External.GetValueOrDefault("location") ?? "";
        if (location.Length == 0 || ArchivePaths.Problem(location) is not null || location.Contains('\\', StringComparison.Ordinal))
        {
            _findings.Add(ScanRules.OnnxExternal, Severity.Critical, _path, $"tensor '{Shown(tensor.Name)}' reads '{Shown(location)}', which lies outside of the model's folder");
            return;
        }

        var folder = _path[..(_path.LastIndexOf('/') + 1)];
        var file = folder + string.Join('/', location.Split('/').Where(static part => part is not ("" or ".")));
        if (_facts.SizeOf(file) is not { } size)
        {
            _findings.Add(ScanRules.OnnxExternal, Severity.High, _path, $"tensor '{Shown(tensor.Name)}' reads '{Shown(location)}', which is not in the package");
            return;
        }

        var needed = OnnxTypes.Bits(tensor.Type) is var bits and > 0 ? Bytes(count, bits) : 0;
        if (Number(tensor, "offset", 0) is not { } offset || Number(tensor, "length", needed) is not { } bytes || offset > size || bytes > size - offset || bytes != needed)
            Lie(tensor, $"claims a part of '{Shown(location)}' that is not there, or not of its size");
    }

    private static long? Number(OnnxTensor tensor, string key, long otherwise) => !tensor.External.TryGetValue(key, out var text) ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long Bytes(long count, int bits) => bits == 4 ? (count + 1) / 2 : count * (bits / 8);

    private void Lie(OnnxTensor tensor, string what) => _findings.Add(ScanRules.OnnxSize, Severity.High, _path, $"tensor '{Shown(tensor.Name)}' {what}");
}
