using System.Net;

namespace Orrery.Load;

/// <summary>A body of any size from one mebibyte of noise.</summary>
internal sealed class PatternContent(long size) : HttpContent
{
    private static readonly byte[] Noise = MakeNoise();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var left = size; left > 0; left -= Noise.Length)
            await stream.WriteAsync(Noise.AsMemory(0, (int)Math.Min(left, Noise.Length)));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = size;
        return true;
    }

    private static byte[] MakeNoise()
    {
        var noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
