using System.Numerics;
using System.Security.Cryptography;

namespace Orrery.Contracts;

/// <summary>Merkle trees as RFC 6962 (section 2.1) hashes them: leaf 0x00, node 0x01, SHA-256.</summary>
public static class AuditMerkle
{
    private const int HashBytes = 32;

    /// <summary>The hash of a leaf.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> data) => SHA256.HashData([0, .. data]);

    /// <summary>The hash of two subtrees.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>The root of a tree of leaf hashes; of the empty tree, the hash of nothing.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        return leaves.Count == 0 ? SHA256.HashData([]) : Root(leaves, 0, leaves.Count);
    }

    /// <summary>The hashes that lead from a leaf to the root, from the leaf up (RFC 6962, 2.1.1).</summary>
    /// <param name="leaves">Leaf hashes of the tree.</param>
    /// <param name="index">Of the leaf, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static IReadOnlyList<byte[]> Path(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        var path = new List<byte[]>();
        var (from, count) = (0, leaves.Count);
        while (count > 1)
        {
            var left = Split(count);
            var inLeft = index - from < left;
            path.Add(inLeft ? Root(leaves, from + left, count - left) : Root(leaves, from, left));
            (from, count) = inLeft ? (from, left) : (from + left, count - left);
        }

        path.Reverse();
        return path;
    }

    /// <summary>The root that a path leads to (RFC 9162, 2.1.3.2); null when the path does not fit the tree.</summary>
    /// <param name="leaf">Leaf hash.</param>
    /// <param name="index">Of the leaf, from 0.</param>
    /// <param name="size">Leaves of the tree.</param>
    /// <param name="path">From the leaf up.</param>
    public static byte[]? RootOf(byte[] leaf, long index, long size, IReadOnlyList<byte[]> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size)
            return null;
        var (place, last) = (index, size - 1);
        var root = leaf;
        foreach (var sibling in path)
        {
            if (last == 0 || sibling.Length != HashBytes)
                return null;
            if ((place & 1) == 1 || place == last)
            {
                root = Node(sibling, root);
                while ((place & 1) == 0 && place != 0)
                    (place, last) = (place >> 1, last >> 1);
            }
            else
            {
                root = Node(root, sibling);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 ? root : null;
    }

    private static byte[] Root(IReadOnlyList<byte[]> leaves, int from, int count)
    {
        if (count == 1)
            return leaves[from];
        var left = Split(count);
        return Node(Root(leaves, from, left), Root(leaves, from + left, count - left));
    }

    // The largest power of two below the count.
    private static int Split(int count) => 1 << BitOperations.Log2((uint)count - 1);
}

/// <summary>A growing Merkle tree of which only the roots of its full subtrees are kept. Not thread-safe.</summary>
public sealed class AuditTree
{
    private const int HashBytes = 32;
    private readonly List<byte[]> _subtrees = [];

    /// <summary>An empty tree.</summary>
    public AuditTree()
    {
    }

    /// <summary>A tree as <see cref="State"/> was.</summary>
    /// <param name="size">Its leaves.</param>
    /// <param name="state">Roots of its full subtrees, the largest first.</param>
    /// <exception cref="InvalidDataException">The state is not one of a tree of that size.</exception>
    public AuditTree(long size, ReadOnlySpan<byte> state)
    {
        if (size < 0 || state.Length != BitOperations.PopCount((ulong)size) * HashBytes)
            throw new InvalidDataException($"A tree of {size} leaves does not have a state of {state.Length} bytes.");
        Size = size;
        for (var at = 0; at < state.Length; at += HashBytes)
            _subtrees.Add(state.Slice(at, HashBytes).ToArray());
    }

    /// <summary>How many leaves it has.</summary>
    public long Size { get; private set; }

    /// <summary>All that is kept of it.</summary>
    public byte[] State => [.. _subtrees.SelectMany(static hash => hash)];

    /// <summary>Its root; of the empty tree, the hash of nothing.</summary>
    public byte[] Root
    {
        get
        {
            if (_subtrees.Count == 0)
                return SHA256.HashData([]);
            var root = _subtrees[^1];
            for (var i = _subtrees.Count - 2; i >= 0; i--)
                root = AuditMerkle.Node(_subtrees[i], root);
            return root;
        }
    }

    /// <summary>Adds a leaf.</summary>
    /// <param name="data">What is hashed for it.</param>
    public void Add(ReadOnlySpan<byte> data)
    {
        var hash = AuditMerkle.Leaf(data);
        for (var size = Size; (size & 1) == 1; size >>= 1)
        {
            hash = AuditMerkle.Node(_subtrees[^1], hash);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }

        _subtrees.Add(hash);
        Size++;
    }
}
