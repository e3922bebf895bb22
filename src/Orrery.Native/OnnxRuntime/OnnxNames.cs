using System.Runtime.InteropServices;
using System.Text;

namespace Orrery.Native;

/// <summary>Names as C strings, in memory that does not move.</summary>
internal sealed unsafe class OnnxNames
{
    private readonly nint[] _names;

    public OnnxNames(IEnumerable<OnnxValueInfo> values) => _names = [.. values.Select(static value => Copy(value.Name))];

    public nint this[int index] => _names[index];

    public void Free()
    {
        foreach (var name in _names)
            NativeMemory.Free((void*)name);
    }

    private static nint Copy(string name)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        var memory = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Encoding.UTF8.GetBytes(name, new Span<byte>(memory, length));
        memory[length] = 0;
        return (nint)memory;
    }
}
