namespace Orrery.Audit;

/// <summary>Ids of entries: version-7 GUIDs that rise on each server, also within a millisecond and when the clock steps back. Thread-safe.</summary>
internal static class EntryIds
{
    private const int CounterBits = 12;
    private static long _last;

    public static string Next(DateTimeOffset at)
    {
        var mine = at.ToUnixTimeMilliseconds() << CounterBits;
        long last;
        long next;
        do
        {
            last = Volatile.Read(ref _last);
            next = Math.Max(mine, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);

        Span<byte> bytes = stackalloc byte[16];
        System.Security.Cryptography.RandomNumberGenerator.Fill(bytes[8..]);
        var milliseconds = next >> CounterBits;
        for (var i = 0; i < 6; i++)
            bytes[i] = (byte)(milliseconds >> (40 - (8 * i)));
        var counter = (int)(next & ((1 << CounterBits) - 1));
        bytes[6] = (byte)(0x70 | (counter >> 8));
        bytes[7] = (byte)counter;
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return Convert.ToHexStringLower(bytes);
    }
}
