using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;

namespace Orrery.Tests.Unit;

/// <summary>Definitions that tests share.</summary>
internal static class DefinitionSamples
{
    /// <summary>Drivers and customers, one view of each, a composite one, an on-demand view and two services.</summary>
    public const string Rides = """
        project: rides
        description: Feature values of a taxi firm.
        entities:
          - name: driver
            owner: fleet@example.com
            join_keys:
              - { name: driver_id, type: int64 }
          - name: customer
            join_keys: [{ name: customer_id }]
        sources:
          - name: driver_stats
            type: file
            path: drivers/*.parquet
            created_column: created
          - name: trips
            type: push
            batch: driver_stats
          - name: customer_table
            type: table
            warehouse: main
            table: crm.customers
            field_mapping: { cust_no: customer_id }
        feature_views:
          - name: driver_hourly
            entities: [driver]
            source: driver_stats
            ttl: 1d 6h
            freshness: 2h
            materialization: { schedule: "0 * * * *", lateness: 1h }
            tags: { team: fleet, release: 1.10 }
            features:
              - { name: conv_rate, type: float32 }
              - { name: acc_rate, type: float32 }
              - { name: trips_today, type: int64 }
          - name: customer_profile
            entities: [customer]
            source: customer_table
            online: false
            features:
              - { name: age, type: int32, pii: true }
          - name: pair_stats
            entities: [customer, driver]
            source: trips
            features: [{ name: rides, type: int64 }]
        on_demand_views:
          - name: rates
            inputs: ["driver_hourly:conv_rate", "driver_hourly:acc_rate"]
            request: [{ name: boost, type: float64 }]
            features:
              - { name: total_rate, type: float64, expression: "conv_rate + acc_rate + boost" }
        feature_services:
          - name: driver_activity
            features:
              - view: driver_hourly
                features: [conv_rate, acc_rate]
                join_keys: { driver_id: chauffeur }
              - view: rates
          - name: pairs
            features: [{ view: pair_stats, as: pair }]
        """;

    public static readonly WorkspaceId Workspace = new(7);

    public static FeatureProjectDocument Document(string yaml = Rides)
    {
        var read = DefinitionYaml.Read(yaml);
        return read.Succeeded ? read.Value.Document : throw new ArgumentException(Tell(read.Failure), nameof(yaml));
    }

    public static FeatureProject Project(string yaml = Rides)
    {
        var compiled = ProjectCompiler.Compile(Workspace, "team", Document(yaml));
        return compiled.Succeeded ? compiled.Value : throw new ArgumentException(Tell(compiled.Failure), nameof(yaml));
    }

    public static string Tell(Failure failure) =>
        string.Join('\n', [failure.Message, .. failure.Faults.Select(static fault => $"{fault.Field} {fault.Message}")]);
}
