using System.Reflection;
using System.Text.Json;
using CsvHelper;
using Orrery.Contracts;

namespace Churn;

/// <summary>Describes the data set to the server as MLflow does: digest, columns with types, counts.</summary>
internal static class ChurnDataset
{
    public static Dataset Describe(CustomerFile file) => new()
    {
        Name = "telco_churn",
        Digest = file.Sha256[..32],
        SourceType = "local",
        Source = JsonSerializer.Serialize(new { uri = Path.GetFileName(file.Path), sha256 = file.Sha256 }),
        Schema = JsonSerializer.Serialize(new { mlflow_colspec = Columns() }),
        Profile = JsonSerializer.Serialize(new
        {
            num_rows = file.Customers.Count,
            num_elements = file.Customers.Count * Columns().Count(),
            leavers = file.Customers.Count(customer => customer.Left),
            missing = new { total_charges = file.Customers.Count(customer => customer.TotalCharges is null) },
        }),
    };

    private static IEnumerable<object> Columns() =>
        from property in typeof(Customer).GetProperties()
        let column = property.GetCustomAttribute<CsvColumnAttribute>()
        where column is not null
        select new { name = column.Name, type = TypeOf(property.PropertyType), required = property.PropertyType != typeof(double?) };

    private static string TypeOf(Type type) => type == typeof(string) ? "string" : type == typeof(int) ? "long" : "double";
}
