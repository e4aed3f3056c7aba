#include "CRegistryData.h"

static const unsigned char blocks[] = {
#embed "../../registry_data/blocks.csv"
};

static const unsigned char charge_controller[] = {
#embed "../../registry_data/charge_controller.csv"
};

static const unsigned char charge_controller_configuration[] = {
#embed "../../registry_data/charge_controller_configuration.csv"
};

static const unsigned char common[] = {
#embed "../../registry_data/common.csv"
};

static const unsigned char enumerations[] = {
#embed "../../registry_data/enumerations.csv"
};

static const unsigned char exceptions[] = {
#embed "../../registry_data/exceptions.csv"
};

static const unsigned char flags[] = {
#embed "../../registry_data/flags.csv"
};

static const unsigned char flexnet_dc[] = {
#embed "../../registry_data/flexnet_dc.csv"
};

static const unsigned char flexnet_dc_configuration[] = {
#embed "../../registry_data/flexnet_dc_configuration.csv"
};

static const unsigned char fx_inverter[] = {
#embed "../../registry_data/fx_inverter.csv"
};

static const unsigned char fx_inverter_configuration[] = {
#embed "../../registry_data/fx_inverter_configuration.csv"
};

static const unsigned char gateway[] = {
#embed "../../registry_data/gateway.csv"
};

static const unsigned char optics_statistics[] = {
#embed "../../registry_data/optics_statistics.csv"
};

static const unsigned char radian_inverter_configuration[] = {
#embed "../../registry_data/radian_inverter_configuration.csv"
};

static const unsigned char setpoint_ranges[] = {
#embed "../../registry_data/setpoint_ranges.csv"
};

static const unsigned char single_phase_radian_inverter[] = {
#embed "../../registry_data/single_phase_radian_inverter.csv"
};

static const unsigned char split_phase_radian_inverter[] = {
#embed "../../registry_data/split_phase_radian_inverter.csv"
};

static const unsigned char sunspec_single_phase_inverter[] = {
#embed "../../registry_data/sunspec_single_phase_inverter.csv"
};

static const unsigned char sunspec_split_phase_inverter[] = {
#embed "../../registry_data/sunspec_split_phase_inverter.csv"
};

static const unsigned char sunspec_three_phase_inverter[] = {
#embed "../../registry_data/sunspec_three_phase_inverter.csv"
};

static const unsigned char system_control[] = {
#embed "../../registry_data/system_control.csv"
};

#define FILE_ENTRY(name) {#name ".csv", name, sizeof name}

static const struct mate3_registry_file files[] = {
    FILE_ENTRY(blocks),
    FILE_ENTRY(charge_controller),
    FILE_ENTRY(charge_controller_configuration),
    FILE_ENTRY(common),
    FILE_ENTRY(enumerations),
    FILE_ENTRY(exceptions),
    FILE_ENTRY(flags),
    FILE_ENTRY(flexnet_dc),
    FILE_ENTRY(flexnet_dc_configuration),
    FILE_ENTRY(fx_inverter),
    FILE_ENTRY(fx_inverter_configuration),
    FILE_ENTRY(gateway),
    FILE_ENTRY(optics_statistics),
    FILE_ENTRY(radian_inverter_configuration),
    FILE_ENTRY(setpoint_ranges),
    FILE_ENTRY(single_phase_radian_inverter),
    FILE_ENTRY(split_phase_radian_inverter),
    FILE_ENTRY(sunspec_single_phase_inverter),
    FILE_ENTRY(sunspec_split_phase_inverter),
    FILE_ENTRY(sunspec_three_phase_inverter),
    FILE_ENTRY(system_control),
};

size_t mate3_registry_file_count(void) { return sizeof files / sizeof files[0]; }

struct mate3_registry_file mate3_registry_file_at(size_t index) { return files[index]; }
