using System.Runtime.InteropServices;

namespace Orrery.Native;

/// <summary>Memory for one tensor, aligned for vector instructions, which grows and is kept.</summary>
internal sealed unsafe class OnnxBuffer
{
    private const nuint Alignment = 64;

    private void* _memory;
    private nuint _capacity;

    /// <summary>Memory of at least so many bytes, and of one at least; what was there is lost.</summary>
    public void* Reserve(nuint bytes)
    {
        if (_capacity < bytes || _memory == null)
        {
            Free();
            var capacity = Math.Max(Alignment, bytes);
            _memory = NativeMemory.AlignedAlloc(capacity, Alignment);
            _capacity = capacity;
        }

        return _memory;
    }

    /// <summary>Gives memory back when there is more than so much.</summary>
    public void Trim(nuint most)
    {
        if (_capacity > most)
            Free();
    }

    public void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _capacity = 0;
    }
}
