using CsvHelper;

namespace Churn;

/// <summary>One row of the data set, as it stands in the file.</summary>
[CsvRecord]
internal sealed partial record Customer
{
    [CsvColumn("churn")] public required string Churn { get; init; }
    [CsvColumn("female")] public required int Female { get; init; }
    [CsvColumn("senior_citizen")] public required int SeniorCitizen { get; init; }
    [CsvColumn("partner")] public required int Partner { get; init; }
    [CsvColumn("dependents")] public required int Dependents { get; init; }
    [CsvColumn("tenure")] public required int TenureMonths { get; init; }
    [CsvColumn("phone_service")] public required int PhoneService { get; init; }
    [CsvColumn("multiple_lines")] public required string MultipleLines { get; init; }
    [CsvColumn("internet_service")] public required string InternetService { get; init; }
    [CsvColumn("online_security")] public required string OnlineSecurity { get; init; }
    [CsvColumn("online_backup")] public required string OnlineBackup { get; init; }
    [CsvColumn("device_protection")] public required string DeviceProtection { get; init; }
    [CsvColumn("tech_support")] public required string TechSupport { get; init; }
    [CsvColumn("streaming_tv")] public required string StreamingTv { get; init; }
    [CsvColumn("streaming_movies")] public required string StreamingMovies { get; init; }
    [CsvColumn("contract")] public required string Contract { get; init; }
    [CsvColumn("paperless_billing")] public required int PaperlessBilling { get; init; }
    [CsvColumn("payment_method")] public required string PaymentMethod { get; init; }
    [CsvColumn("monthly_charges")] public required double MonthlyCharges { get; init; }

    /// <summary>Dollars billed so far; null before the first bill (<see cref="TenureMonths"/> is 0 in all such rows).</summary>
    [CsvColumn("total_charges"), CsvNullValues("NA", "")] public required double? TotalCharges { get; init; }

    public bool Left => Churn is "Yes";
}
