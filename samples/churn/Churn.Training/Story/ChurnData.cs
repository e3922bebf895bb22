namespace Churn;

/// <summary>The customers, encoded and split: <see cref="Train"/> to fit, <see cref="Valid"/> to choose, <see cref="Test"/> to judge.</summary>
internal sealed record ChurnData(CustomerFile File, Table All, Table Train, Table Valid, Table Test)
{
    /// <summary>Reads, encodes and splits the file.</summary>
    /// <exception cref="InvalidDataException">The file is not the churn table.</exception>
    public static ChurnData Read(string path, ulong seed)
    {
        var file = CustomerFile.Read(path);
        var all = Features.Encode(file.Customers);
        var split = Split.Draw(all.Labels, seed);
        return new(file, all, all.Take(split.Train), all.Take(split.Valid), all.Take(split.Test));
    }
}
