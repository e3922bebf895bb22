namespace Orrery.Serving;

/// <summary>Tensors that are used again: adding one costs nothing once there were as many.</summary>
internal sealed class TensorList
{
    /// <summary>As many as a request may have.</summary>
    public const int Most = 4096;

    private const int Kept = 256;

    private readonly List<Tensor> _tensors = [];

    public int Count { get; private set; }

    public Tensor this[int index] => index < Count ? _tensors[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <exception cref="TensorException">There are too many.</exception>
    public Tensor Add()
    {
        if (Count == Most)
            throw new TensorException($"There are more than {Most} tensors; send rows as one tensor.");
        if (Count == _tensors.Count)
            _tensors.Add(new Tensor());
        return _tensors[Count++];
    }

    /// <summary>Bytes of all elements.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            for (var index = 0; index < Count; index++)
                bytes += _tensors[index].Bytes.Length;
            return bytes;
        }
    }

    /// <summary>Adds copies of another's tensors.</summary>
    public void CopyFrom(TensorList other)
    {
        for (var index = 0; index < other.Count; index++)
            Add().CopyFrom(other[index]);
    }

    /// <summary>Drops those that a test does not keep.</summary>
    public void Keep(Predicate<Tensor> test)
    {
        var kept = 0;
        for (var index = 0; index < Count; index++)
        {
            if (!test(_tensors[index]))
                continue;
            (_tensors[kept], _tensors[index]) = (_tensors[index], _tensors[kept]);
            kept++;
        }

        for (var index = kept; index < Count; index++)
            _tensors[index].Reset();
        Count = kept;
    }

    public Tensor? Find(string name)
    {
        for (var index = 0; index < Count; index++)
        {
            if (_tensors[index].Name == name)
                return _tensors[index];
        }

        return null;
    }

    public void Reset()
    {
        for (var index = 0; index < Count; index++)
            _tensors[index].Reset();
        Count = 0;
        if (_tensors.Count > Kept)
            _tensors.RemoveRange(Kept, _tensors.Count - Kept);
    }
}
