namespace Churn;

/// <summary>
/// The inputs of every model here, in this order: amounts in their own units, yes/no as 1/0, one column per level of the
/// unordered facts. "No internet service" and "No phone service" count as no: <c>internet_service</c> and
/// <c>phone_service</c> already say it, and saying it seven times would only make columns that move together.
/// </summary>
internal static class Features
{
    public static readonly IReadOnlyList<Feature> All =
    [
        new("tenure", c => c.TenureMonths),
        new("monthly_charges", c => c.MonthlyCharges),
        // Before the first bill nothing has been charged; months times price is that, and stays right if another row lacks it.
        new("total_charges", c => c.TotalCharges ?? c.TenureMonths * c.MonthlyCharges),
        new("female", c => c.Female),
        new("senior_citizen", c => c.SeniorCitizen),
        new("partner", c => c.Partner),
        new("dependents", c => c.Dependents),
        new("phone_service", c => c.PhoneService),
        new("paperless_billing", c => c.PaperlessBilling),
        Yes("multiple_lines", c => c.MultipleLines),
        Yes("online_security", c => c.OnlineSecurity),
        Yes("online_backup", c => c.OnlineBackup),
        Yes("device_protection", c => c.DeviceProtection),
        Yes("tech_support", c => c.TechSupport),
        Yes("streaming_tv", c => c.StreamingTv),
        Yes("streaming_movies", c => c.StreamingMovies),
        .. Levels("internet_service", c => c.InternetService, "DSL", "Fiber optic", "No"),
        .. Levels("contract", c => c.Contract, "Month-to-month", "One year", "Two year"),
        .. Levels("payment_method", c => c.PaymentMethod,
            "Bank transfer (automatic)", "Credit card (automatic)", "Electronic check", "Mailed check"),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(feature => feature.Name)];

    /// <summary>Encodes customers as rows of <see cref="All"/>, rounded to single precision: what a served model will be given.</summary>
    public static Table Encode(IReadOnlyList<Customer> customers)
    {
        var values = new double[customers.Count * All.Count];
        for (var row = 0; row < customers.Count; row++)
            for (var column = 0; column < All.Count; column++)
                values[row * All.Count + column] = (float)All[column].Value(customers[row]);
        return new(new Matrix(customers.Count, All.Count, values), [.. customers.Select(customer => customer.Left ? 1 : 0)]);
    }

    private static Feature Yes(string name, Func<Customer, string> fact) => new(name, c => fact(c) is "Yes" ? 1 : 0);

    private static IEnumerable<Feature> Levels(string name, Func<Customer, string> fact, params string[] levels) =>
        levels.Select(level => new Feature($"{name}={level}", c => fact(c) == level ? 1 : 0));
}
