using System.Security.Cryptography;
using CsvHelper;

namespace Churn;

/// <summary>The data set: its customers in file order, and the digest by which a run can name exactly this file.</summary>
internal sealed record CustomerFile(string Path, string Sha256, IReadOnlyList<Customer> Customers)
{
    /// <summary>Reads the file whole.</summary>
    /// <exception cref="InvalidDataException">The file is not the churn table: a column is missing or a value has the wrong type.</exception>
    public static CustomerFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var csv = CsvReader.Create(bytes);
        try
        {
            var customers = csv.GetRecords<Customer>().ToList();
            return customers.Count == 0
                ? throw new InvalidDataException($"{path} holds no customers.")
                : new(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), customers);
        }
        catch (Exception error) when (error is CsvFormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is not the churn table: {error.Message}", error);
        }
    }
}
