using System.Text.Json.Serialization;

namespace Cellway.Manager.Api;

/// <summary>The admin API's JSON, for both of its ends.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(NewCell))]
[JsonSerializable(typeof(CellChange))]
[JsonSerializable(typeof(NewWebCertificate))]
[JsonSerializable(typeof(CellInfo))]
[JsonSerializable(typeof(IReadOnlyList<CellInfo>))]
[JsonSerializable(typeof(NewParticipant))]
[JsonSerializable(typeof(ParticipantInfo))]
[JsonSerializable(typeof(IReadOnlyList<ParticipantInfo>))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(UserChange))]
[JsonSerializable(typeof(UserInfo))]
[JsonSerializable(typeof(IReadOnlyList<UserInfo>))]
[JsonSerializable(typeof(NewDevice))]
[JsonSerializable(typeof(DeviceChange))]
[JsonSerializable(typeof(DeviceInfo))]
[JsonSerializable(typeof(IReadOnlyList<DeviceInfo>))]
[JsonSerializable(typeof(DeviceCredential))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(TokenInfo))]
[JsonSerializable(typeof(IReadOnlyList<TokenInfo>))]
[JsonSerializable(typeof(NodeInfo))]
[JsonSerializable(typeof(IReadOnlyList<NodeInfo>))]
[JsonSerializable(typeof(ReplicaInfo))]
[JsonSerializable(typeof(IReadOnlyList<ReplicaInfo>))]
[JsonSerializable(typeof(NetworkStatus))]
[JsonSerializable(typeof(AdminError))]
public sealed partial class AdminJson : JsonSerializerContext;
