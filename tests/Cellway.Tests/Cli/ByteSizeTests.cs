using Cellway.Cli;
using Cellway.Cli.Output;

namespace Cellway.Tests.Cli;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("50GB", 50_000_000_000)]
    [InlineData("1.5 TB", 1_500_000_000_000)]
    [InlineData("512MiB", 536_870_912)]
    [InlineData("80Mbit", 10_000_000)]
    [InlineData("7", 7)]
    [InlineData("7b", 7)]
    [InlineData("10kb", 10_000)]
    [InlineData("none", 0)]
    public void ParseLimit_WhatPeopleWrite_Bytes(string text, long bytes) => Assert.Equal(bytes, ByteSize.ParseLimit(text, "--bytes"));

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-5GB")]
    [InlineData("5 apples")]
    [InlineData("1e3GB")]
    [InlineData("99999999999TB")]
    [InlineData("0")]
    [InlineData("0GB")]
    public void ParseLimit_NoLimit_OneLineThatNamesTheOption(string text) =>
        Assert.StartsWith("--bytes: ", Assert.Throws<CliException>(() => ByteSize.ParseLimit(text, "--bytes")).Message, StringComparison.Ordinal);

    [Fact]
    public void ParseAmount_Nothing_IsAnAmount() => Assert.Equal((0, 0), (ByteSize.ParseAmount("0", "--bytes"), ByteSize.ParseAmount("none", "--bytes")));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(1_234_567, "1.23 MB")]
    [InlineData(12_345_678, "12.3 MB")]
    [InlineData(999_400_000, "999 MB")]
    [InlineData(999_600_000, "1.00 GB")]
    [InlineData(50_000_000_000, "50.0 GB")]
    [InlineData(4_321_000_000_000_000, "4321 TB")]
    public void Format_Bytes_ThreeDigitsAndAUnit(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
