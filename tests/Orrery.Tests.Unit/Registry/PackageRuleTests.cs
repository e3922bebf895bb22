using System.Text;
using Orrery.Registry;
using Orrery.Storage;
using Xunit;

namespace Orrery.Tests.Unit;

public sealed class PackageRuleTests
{
    private const string MlModel = """
        artifact_path: model
        flavors:
          python_function:
            loader_module: mlflow.sklearn
            python_version: 3.11.2
          onnx:
            onnx_version: 1.17.0
            data: model.onnx
        mlflow_version: 3.6.0
        model_size_bytes: 1234
        run_id: 3b46c74a4c544343b87b41326a8fcf26
        saved_input_example_info:
          artifact_path: input_example.json
          type: dataframe
        signature:
          inputs: '[{"type": "double", "name": "x", "required": true}]'
          outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
          params: null
        utc_time_created: '2026-03-01 12:00:00.000000'
        """;

    [Fact]
    public void An_mlmodel_file_is_understood()
    {
        var document = PackageDocument.Parse(MlModel).Value;

        Assert.Equal(["python_function", "onnx"], document.Flavors!.Select(static f => f.Key));
        Assert.Equal("x", document.Inputs![0]!["name"]!.GetValue<string>());
        Assert.Equal(-1, document.Outputs![0]!["tensor-spec"]!["shape"]![0]!.GetValue<int>());
        Assert.Null(document.Params);
        Assert.Equal(("input_example.json", "3.11.2", "3.6.0", "3b46c74a4c544343b87b41326a8fcf26", 1234L),
            (document.InputExample, document.PythonVersion, document.MlflowVersion, document.RunId, document.ModelSizeBytes));
        Assert.Equal(document.ToJson(), PackageDocument.FromJson(document.ToJson()).ToJson());
    }

    [Theory]
    [InlineData("a: &x [1]\nb: *x", "anchors and aliases are not taken")]
    [InlineData("a: !!python/object/apply:os.system ['ls']", "tags are not taken")]
    [InlineData("!foo {}", "tags are not taken")]
    [InlineData("a: 1\na: 2", "stands twice")]
    [InlineData("? [a]\n: 1", "a key is no plain value")]
    [InlineData("a: [1", "cannot be read")]
    [InlineData("a: 1\n---\nb: 2", "several documents")]
    [InlineData("a: 1\n\tb: 2", "cannot be read")]
    [InlineData("- 1", "is no mapping")]
    [InlineData("", "is no mapping")]
    public void Hostile_and_broken_files_are_refused(string yaml, string message) =>
        Assert.Contains(message, PackageDocument.Parse(yaml).Failure!.Message, StringComparison.Ordinal);

    [Fact]
    public void Deep_long_and_many_are_refused()
    {
        Assert.Contains("nested deeper", UntrustedYaml.Read(new string('[', 100) + new string(']', 100)).Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("more than 50000 values", UntrustedYaml.Read("[" + string.Join(',', Enumerable.Repeat("1", 60_000)) + "]").Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("characters, more than", UntrustedYaml.Read(new string('a', UntrustedYaml.MaxLength + 1)).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_bytes_reading_them_ends_in_a_value_or_a_refusal()
    {
        var random = new Random(20260301);
        var alphabet = "ab:-[]{}&*!|>'\"#%@`,?\n\t \\0é~<="u8.ToArray();
        for (var round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(40)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = alphabet[random.Next(alphabet.Length)];
            var read = UntrustedYaml.Read(Encoding.UTF8.GetString(bytes));
            Assert.True(read.Succeeded || read.Failure!.Code == "registry.invalid_yaml");
        }
    }

    [Theory]
    [InlineData("churn-predictor", "churn-predictor")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("..", "%2E.")]
    [InlineData("100%", "100%25")]
    [InlineData("a b\\c", "a%20b%5Cc")]
    [InlineData("模型", "模型")]
    public void A_models_name_is_one_segment(string name, string segment) => Assert.Equal(segment, PackageLayout.Segment(name));

    [Fact]
    public void Every_name_makes_a_good_key_of_its_own()
    {
        string[] names = [new('/', 256), new string('/', 255) + "x", new('模', 256), ".", "..", "a~b", "\u0001", "\u202Ea", "CON", "latest", "v1"];

        foreach (var name in names)
            Assert.True(BlobKey.IsValid(PackageLayout.Folder("default", name, 12) + "/MLmodel", out var reason), reason);
        Assert.Equal(names.Length, names.Select(PackageLayout.Segment).Distinct().Count());
    }

    // sha256sum of the listing that sha256sum itself prints for the two files, sorted by path.
    [Fact]
    public void A_package_is_hashed_over_the_sorted_lines_of_its_files()
    {
        var (a, b) = (new PackageFile("a", 0, new('0', 64)), new PackageFile("b/c", 0, new('1', 64)));

        Assert.Equal(PackageLayout.Hash([a, b]), PackageLayout.Hash([b, a]));
        Assert.Equal("5db917d52f4ff7daee7fdf6c902456a202a627266bb59dcda35fd5da73bd360e", PackageLayout.Hash([a, b]));
    }

    [Fact]
    public void Requirements_are_lines_without_comments() => Assert.Equal(
        ["mlflow==3.6.0", "numpy>=1.26 ; python_version > '3.9'", "-r other.txt"],
        PackageDocument.ParseRequirements("# made by hand\nmlflow==3.6.0  # pinned\r\n\n numpy>=1.26 ; python_version > '3.9'\n-r other.txt"));
}
