using Churn;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class FeaturesTests
{
    [Fact]
    public void Levels_become_columns_and_no_internet_counts_as_no()
    {
        var table = Churn.Features.Encode([NewCustomer()]);

        Assert.Equal(26, Churn.Features.Names.Count);
        Assert.Equal(1, Value(table, "contract=One year"));
        Assert.Equal(0, Value(table, "contract=Two year"));
        Assert.Equal(1, Value(table, "internet_service=No"));
        Assert.Equal(0, Value(table, "online_security"));
        Assert.Equal(1, Value(table, "multiple_lines"));
        Assert.Equal([1], table.Labels);
    }

    [Fact]
    public void Total_charges_before_the_first_bill_are_zero() =>
        Assert.Equal(0, Value(Churn.Features.Encode([NewCustomer() with { TenureMonths = 0, TotalCharges = null }]), "total_charges"));

    [Fact]
    public void Amounts_are_rounded_to_single_precision_as_a_served_model_gets_them() =>
        Assert.Equal((float)20.05, Value(Churn.Features.Encode([NewCustomer()]), "monthly_charges"));

    private static double Value(Table table, string feature) => table.Inputs.Row(0)[Churn.Features.Names.ToList().IndexOf(feature)];

    private static Customer NewCustomer() => new()
    {
        Churn = "Yes",
        Female = 1,
        SeniorCitizen = 0,
        Partner = 0,
        Dependents = 0,
        TenureMonths = 12,
        PhoneService = 1,
        MultipleLines = "Yes",
        InternetService = "No",
        OnlineSecurity = "No internet service",
        OnlineBackup = "No internet service",
        DeviceProtection = "No internet service",
        TechSupport = "No internet service",
        StreamingTv = "No internet service",
        StreamingMovies = "No internet service",
        Contract = "One year",
        PaperlessBilling = 0,
        PaymentMethod = "Mailed check",
        MonthlyCharges = 20.05,
        TotalCharges = 240.6,
    };
}
